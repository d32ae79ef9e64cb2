import type { CarriedFile } from '../fixes/carried/format.js';
import { sideBySide } from '../fixes/carried/say.js';
import type { FileOutcome } from '../patch/on-tree.js';

/** Carried patches, one a paragraph. */
export function carriedText(all: readonly (CarriedFile & { readonly dir: string })[]): string {
  if (all.length === 0) return 'nothing is carried\n';
  return all
    .map(({ id, title, source, files, dir, dropWhen }) => {
      const from = [source.pull, source.commit?.slice(0, 12), source.file, source.date].filter(
        (part) => part,
      );
      return [
        `${id}  ${title}`,
        `  ${from.join(', ') || 'a diff'}: ${files.length} ${files.length === 1 ? 'file' : 'files'} in ${dir}`,
        ...(dropWhen ? [`  drop it ${dropWhen}`] : []),
        '',
      ].join('\n');
    })
    .join('');
}

const SAID: Readonly<Record<FileOutcome['state'], string>> = {
  right: 'has it',
  wrong: 'merges',
  unknown: 'conflicts',
  absent: 'is not there',
  left: 'is left out',
};

/** What a patch is on a revision, file by file. */
export function outcomeLines(outcomes: readonly FileOutcome[]): string {
  const files = outcomes.map(({ path, movedFrom, state, by, note }) => {
    const how = state === 'wrong' && by !== 'lines' ? ` (by ${by})` : '';
    return `${path} ${SAID[state]}${how}${movedFrom ? `, moved from ${movedFrom}` : ''}${note ? `: ${note}` : ''}`;
  });
  const texts = sideBySide(outcomes).map(({ ref, note }) => `\n${ref}: ${note}`);
  return `${[...files, ...texts].join('\n')}\n`;
}
