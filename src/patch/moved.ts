import type { SourceFile } from '../source/file.js';
import { matching, readAll } from '../source/locate.js';
import type { SourceTree } from '../source/tree.js';
import { splitLines } from './lines.js';

/** A file must share so much with the one that is looked for, from 0 to 1, and so much more than the next. */
const ALIKE = 0.5;
const AHEAD = 0.1;

/**
 * Where a file of the base is in a tree that has it not under its own path: under the same name in another
 * folder, or split off into a folder of its name, with most of its lines. Undefined where no file, or more
 * than one, could be it.
 * @param known paths that the base has too: they are other files.
 */
export async function findMoved(
  path: string,
  base: string,
  tree: SourceTree,
  known: ReadonlySet<string>,
): Promise<SourceFile | undefined> {
  const [folder, name, stem, ending] = partsOf(path);
  const same = `(?:^|/)${quoted(name)}$`;
  const below = `^${quoted(folder)}${quoted(stem)}/[^/]+${quoted(ending)}$`;
  const paths = (await matching(tree, new RegExp(`${same}|${below}`))).filter((one) => !known.has(one));
  const files = await readAll({ tree }, paths.slice(0, 200));
  const ranked = files
    .map((file) => ({ file, like: likeness(base, file.text) }))
    .sort((a, b) => b.like - a.like);
  const [first, second] = ranked;
  if (!first || first.like < ALIKE || (second && first.like - second.like < AHEAD)) return undefined;
  return first.file;
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `a/b.py` as `a/`, `b.py`, `b` and `.py`. */
function partsOf(path: string): [string, string, string, string] {
  const [, folder, name] = /^(.*\/)?([^/]*)$/.exec(path)!;
  const dot = name!.lastIndexOf('.');
  const stem = dot > 0 ? name!.slice(0, dot) : name!;
  return [folder ?? '', name!, stem, name!.slice(stem.length)];
}

/** The share of lines that two texts have in common, blank ones left out. */
export function likeness(a: string, b: string): number {
  const lines = (text: string): string[] =>
    splitLines(text)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const [mine, yours] = [lines(a), lines(b)];
  if (mine.length + yours.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const line of mine) counts.set(line, (counts.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of yours) {
    const left = counts.get(line) ?? 0;
    if (left > 0) {
      counts.set(line, left - 1);
      shared += 1;
    }
  }
  return (2 * shared) / (mine.length + yours.length);
}
