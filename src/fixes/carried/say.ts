import type { Evidence, Reason, Site } from '../../codemod/types.js';
import type { FileOutcome } from '../../patch/on-tree.js';
import { lineNumber } from '../../source/text.js';

/** How much of each text is shown where two stand side by side. */
const LINES = 12;
const SHOWN = 3;

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** One sentence on what the hunks say, for each way they can be, with what was left out. */
export function reasonOf(name: string, sites: readonly Site[], outcomes: readonly FileOutcome[]): Reason {
  const count = (state: string): number => sites.filter((site) => site.state === state).length;
  const [wrong, right] = [count('wrong'), count('right')];
  const files = plural(new Set(sites.map(({ file }) => file.path)).size, 'file');
  const moved = outcomes.flatMap(({ path, movedFrom, state }) =>
    movedFrom === undefined || state === 'left' ? [] : [`${movedFrom} is ${path} here`],
  );
  const left = outcomes.flatMap(({ path, state, note }) => (state === 'left' ? [`${path}: ${note}`] : []));
  const said = (first: string): string =>
    [first, ...moved, ...(left.length > 0 ? [`left out: ${left.join('; ')}`] : [])].join('; ');
  return {
    wrong: said(
      right > 0
        ? `partly upstreamed: this revision has ${right} of ${plural(right + wrong, 'hunk')} of ${name}`
        : `this revision is without ${name}: ${plural(wrong, 'hunk')} in ${files}`,
    ),
    right: said(`this revision has ${name}: all ${plural(right, 'hunk')} in ${files}`),
  };
}

const shown = (text: string): string => {
  const lines = Buffer.from(text, 'latin1').toString('utf8').replace(/\n$/, '').split('\n');
  const cut = lines.length > LINES ? [...lines.slice(0, LINES), '…'] : lines;
  return cut.map((line) => `  ${line}`).join('\n');
};

/** What both sides have, where they changed the same thing: enough to decide by hand. */
export function sideBySide(outcomes: readonly FileOutcome[]): Evidence[] {
  const open = outcomes
    .filter(({ state }) => state === 'unknown')
    .flatMap((outcome) =>
      outcome.places.filter(({ state }) => state === 'unknown').map((place) => ({ outcome, place })),
    );
  return open.slice(0, SHOWN).map(({ outcome, place }) => ({
    kind: 'evaluation',
    ref: `${outcome.path}:${lineNumber(outcome.before ?? '', place.offset)}`,
    note: `${place.why}\nthe target has\n${shown(place.ours)}\nthe patch was made on\n${shown(place.base)}\nand makes\n${shown(place.theirs)}`,
  }));
}
