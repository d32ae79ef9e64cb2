import { Failure } from '../failure.js';
import { splitLines } from './lines.js';
import type { Hunk } from './model.js';

const HEAD = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
const NO_NEWLINE = /^\\ /;

/** The hunks from line `from` on; each is as long as its head says. A `usage` Failure where it is not. */
export function readHunks(lines: readonly string[], from: number): { hunks: Hunk[]; next: number } {
  const hunks: Hunk[] = [];
  let at = from;
  for (let head = HEAD.exec(lines[at] ?? ''); head; head = HEAD.exec(lines[at] ?? '')) {
    const place = at + 1;
    let [old, fresh] = [Number(head[2] ?? 1), Number(head[3] ?? 1)];
    const body: { op: ' ' | '-' | '+'; text: string }[] = [];
    at += 1;
    while (old > 0 || fresh > 0 || NO_NEWLINE.test(lines[at] ?? '')) {
      const line = lines[at++];
      if (line !== undefined && NO_NEWLINE.test(line)) {
        const last = body.at(-1);
        if (last) last.text = last.text.replace(/\r?\n$/, '');
        continue;
      }
      // An empty line is a kept empty one whose blank an editor took away.
      const op = line === '\n' || line === '\r\n' ? ' ' : line?.[0];
      if (line === undefined || (op !== ' ' && op !== '-' && op !== '+')) throw damaged(place);
      if (op !== '+') old -= 1;
      if (op !== '-') fresh -= 1;
      body.push({ op, text: line === '\n' || line === '\r\n' ? line : line.slice(1) });
    }
    if (old !== 0 || fresh !== 0) throw damaged(place);
    hunks.push({ start: Number(head[1]), lines: body });
  }
  return { hunks, next: at };
}

function damaged(line: number): Failure {
  return new Failure(
    'usage',
    `the patch is damaged: the hunk at its line ${line} is not as long as it says`,
    {
      why: 'it was cut, or edited by hand',
      next: 'take it from its source again',
    },
  );
}

/** The text after the hunks, where `base` is exactly what they were made for; else undefined. */
export function applyHunks(base: string, hunks: readonly Hunk[]): string | undefined {
  const lines = splitLines(base);
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const old = hunk.lines.filter(({ op }) => op !== '+');
    const start = old.length === 0 ? hunk.start : hunk.start - 1;
    if (start < at || start + old.length > lines.length) return undefined;
    if (old.some(({ text }, i) => lines[start + i] !== text)) return undefined;
    result.push(
      ...lines.slice(at, start),
      ...hunk.lines.filter(({ op }) => op !== '-').map(({ text }) => text),
    );
    at = start + old.length;
  }
  result.push(...lines.slice(at));
  return result.join('');
}

/** The old and the new text of hunks, where they hold the whole file. */
export function wholeTexts(hunks: readonly Hunk[]): { before: string; after: string } {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const side = (without: '-' | '+'): string =>
    lines
      .filter(({ op }) => op !== without)
      .map(({ text }) => text)
      .join('');
  return { before: side('+'), after: side('-') };
}
