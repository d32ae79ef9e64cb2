import type { FixPatch } from './fix-patches.js';
import { bytes, type ExportInput, type Files, type Format, splitMessage } from './format.js';

export const AUTHOR = 'dgx-patch <dgx-patch@users.noreply.github.com>';

/** The date as mail has it, in UTC: `Mon, 16 Feb 2026 09:08:07 +0000`. */
function mailDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
}

/** A patch as `git format-patch` writes it. */
export function mail({ message, diff }: FixPatch, number: string, { date, tool }: ExportInput): string {
  const { subject, body } = splitMessage(message);
  return `${bytes(
    [
      `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`,
      `From: ${AUTHOR}`,
      `Date: ${mailDate(date)}`,
      `Subject: [PATCH${number}] ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      body,
      '---',
      '',
    ].join('\n'),
  )}\n${diff}-- \ndgx-patch ${tool}\n\n`;
}

/** Every patch as mail, numbered as one series. */
export function mails(input: ExportInput): Files {
  const count = input.patches.length;
  return new Map(input.patches.map((one, index) => [one.file, mail(one, ` ${index + 1}/${count}`, input)]));
}

/** A series for `git am`, and for quilt. */
export const series: Format = (input) => {
  const { target, patches } = input;
  const readme = [
    `# ${target.project}@${target.revision} for the DGX Spark`,
    '',
    `On a clean checkout of ${target.commit}:`,
    '',
    '    git am --keep-cr <this folder>/*.patch',
    '',
    'gives the tree that `dgx-patch apply` gives.',
    '',
  ].join('\n');
  return new Map([
    ...mails(input),
    ['series', patches.map(({ file }) => `${file}\n`).join('')],
    ['README.md', bytes(readme)],
  ]);
};
