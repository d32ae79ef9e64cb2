import { lineNumber } from '../source/text.js';
import { languageOf, type Parse } from './language.js';
import type { Lineage } from './lineage.js';
import { splitLines } from './lines.js';
import { type Cluster, clusters, taking } from './merge.js';
import { isAbsent, isOlder } from './older.js';
import { flawOf } from './sound.js';
import { mergeUnits, type Replacement, type Version } from './units/merge-units.js';
import { Keys, shapeOf } from './units/shape.js';
import { Lines, type Versions, withNewlinesOfOurs } from './versions.js';

/** One hunk of the patch on the target. */
export interface Place {
  /** Byte offset in the target's file. */
  readonly offset: number;
  /**
   * `right`: the target has the change. `wrong`: it can be made. `unknown`: both sides changed the same.
   * `absent`: the target has not the function or class that it is about.
   */
  readonly state: 'right' | 'wrong' | 'unknown' | 'absent';
  /** What the three have there. */
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** Why it is not known. */
  readonly why?: string;
}

export interface FileMerge {
  readonly places: readonly Place[];
  /** The target's file with the whole change; undefined where a place is unknown or absent. */
  readonly merged: string | undefined;
  /** What decided: lines as in git, units of syntax, or upstream's earlier versions of a function. */
  readonly by: 'lines' | 'units' | 'lineage';
}

/**
 * Makes a patch's change of one file on the target's file: by lines as git does, and where these conflict, by
 * units of syntax. All of it or nothing, and never a guess.
 */
export async function mergeFile(given: Versions, parse: Parse, lineage?: Lineage): Promise<FileMerge> {
  const versions = withNewlinesOfOurs(given);
  const lines = new Lines(versions);
  const hunks = lines.clusters.filter(({ kind }) => kind !== 'ours');
  const conflicts = hunks.filter((hunk) => hunk.kind === 'conflict' && !lines.holds(hunk));
  const language = languageOf(given.path);
  const result = (
    merged: string | undefined,
    by: FileMerge['by'],
    judge: (hunk: Cluster) => Pick<Place, 'state' | 'why'>,
  ): FileMerge => {
    const places = hunks.map((hunk) => ({
      offset: lines.range(hunk, 'ours').start,
      base: lines.text(hunk, 'base'),
      ours: lines.text(hunk, 'ours'),
      theirs: lines.text(hunk, 'theirs'),
      ...judge(hunk),
    }));
    return { places, merged, by };
  };
  const byKind = ({ kind }: Cluster): Pick<Place, 'state'> => ({
    state: kind === 'theirs' ? 'wrong' : 'right',
  });
  const failed = (why: string, absent: ReadonlySet<Cluster> = new Set()): FileMerge =>
    result(undefined, 'lines', (hunk) => {
      if (!conflicts.includes(hunk)) return byKind(hunk);
      return absent.has(hunk)
        ? { state: 'absent', why: 'the target has not what it changes' }
        : { state: 'unknown', why };
    });

  if (conflicts.length === 0) {
    const merged = taking(lines.ours, lines.theirs, lines.clusters).join('');
    const flaw =
      language === undefined || merged === given.ours
        ? undefined
        : await flawOf(versions, merged, language, parse);
    return flaw === undefined
      ? result(merged, 'lines', byKind)
      : result(undefined, 'lines', (hunk) =>
          hunk.kind === 'theirs' ? { state: 'unknown', why: flaw } : byKind(hunk),
        );
  }
  if (language === undefined) return failed('both sides changed these lines');

  const keys = new Keys();
  const read = async (text: string): Promise<Version> => ({
    text,
    shape: shapeOf(await parse({ path: given.path, text }, language), keys),
  });
  const [base, ours, theirs] = await Promise.all([versions.base, versions.ours, versions.theirs].map(read));
  const sides = { base: base!, ours: ours!, theirs: theirs! };
  const older = new Set(lineage ? conflicts.filter((hunk) => isOlder(hunk, lines, sides, lineage)) : []);
  let merged = taking(
    lines.ours,
    lines.theirs,
    lines.clusters,
    (hunk) => hunk.kind === 'theirs' || older.has(hunk),
  ).join('');
  if (older.size < conflicts.length) {
    const units = mergeUnits(sides.base, await read(merged), sides.theirs);
    const [first] = units.conflicts;
    if (first) {
      const absent = new Set(conflicts.filter((hunk) => isAbsent(hunk, lines, sides)));
      return failed(`line ${lineNumber(merged, first.start)}: ${first.why}`, absent);
    }
    merged = withReplacements(merged, units.edits);
  }
  const flaw = await flawOf(versions, merged, language, parse, older.size > 0);
  if (flaw !== undefined) return failed(flaw);
  const made = clusters(lines.ours, lines.ours, splitLines(merged));
  const touches = (hunk: Cluster): boolean =>
    made.some(({ baseStart, baseEnd }) => baseStart <= hunk.oursEnd && hunk.oursStart <= baseEnd);
  return result(merged, older.size > 0 ? 'lineage' : 'units', (hunk) =>
    conflicts.includes(hunk) ? { state: touches(hunk) ? 'wrong' : 'right' } : byKind(hunk),
  );
}

function withReplacements(text: string, edits: readonly Replacement[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
