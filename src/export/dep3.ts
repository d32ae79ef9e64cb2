import { evidenceUrl } from '../report/links.js';
import type { FixPatch } from './fix-patches.js';
import { bytes, type ExportInput, type Format, splitMessage } from './format.js';
import { AUTHOR } from './series.js';
import { type UpstreamStatus, upstreamStatus } from './upstream-status.js';

/** A field whose continuation lines start with a blank, and whose empty lines are a dot. */
function field(name: string, text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return [`${name}: ${first}`, ...rest.map((line) => (line.trim() === '' ? ' .' : ` ${line}`))].join('\n');
}

/** Where it is from, and whether upstream was told. */
function origin({ kind, url }: UpstreamStatus): string[] {
  if (kind === 'Backport')
    return [field('Origin', `backport${url ? `, ${url}` : ''}`), field('Forwarded', 'not-needed')];
  const told = kind === 'Inappropriate' ? 'not-needed' : (url ?? 'no');
  return [field('Origin', 'other'), field('Forwarded', told)];
}

/** A patch with the headers of https://dep-team.pages.debian.net/deps/dep3/. */
function patchFile({ outcome, message, diff }: FixPatch, { target, date }: ExportInput): string {
  const { subject, body } = splitMessage(message);
  const { codemod } = outcome;
  const links = codemod.references.flatMap((one) => evidenceUrl(target.project, one) ?? []);
  const description = body.replace(/\n+(?:[A-Z][A-Za-z-]+: .*\n?)+$/, '');
  const headers = [
    field('Description', `${subject.replace(/^dgx-patch: /, '')}\n${description}`),
    field('Author', AUTHOR),
    ...origin(upstreamStatus(target.project, codemod.upstreamStatus)),
    ...links.map((link) => field(link.includes('/commit/') ? 'Reference' : 'Bug', link)),
    field('Last-Update', new Date(date * 1000).toISOString().slice(0, 10)),
    field('X-Dgx-Patch-Id', codemod.id),
  ];
  return `${bytes(`${headers.join('\n')}\n---\nThis patch header follows DEP-3.\n`)}${diff}`;
}

/** Debian: `debian/patches` with its series. */
export const dep3: Format = (input) =>
  new Map([
    ...input.patches.map((one) => [`debian/patches/${one.file}`, patchFile(one, input)] as const),
    ['debian/patches/series', input.patches.map(({ file }) => `${file}\n`).join('')],
  ]);
