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
      // Without a conflict, it is the merge itself that is not believed.
      const open = conflicts.length > 0 ? conflicts.includes(hunk) : hunk.kind === 'theirs';
      if (!open) return byKind(hunk);
      return absent.has(hunk)
        ? { state: 'absent', why: 'the target has not what it changes' }
        : { state: 'unknown', why };
    });

  if (language === undefined) {
    if (conflicts.length > 0) return failed('both sides changed these lines');
    return result(taking(lines.ours, lines.theirs, lines.clusters).join(''), 'lines', byKind);
  }
  const keys = new Keys();
  const read = async (text: string): Promise<Version> => ({
    text,
    shape: shapeOf(await parse({ path: given.path, text }, language), keys),
  });
  const older = new Set<Cluster>();
  const byUnits = async (text: string, why: string): Promise<FileMerge> => {
    const [base, ours, theirs] = await Promise.all([versions.base, text, versions.theirs].map(read));
    const units = mergeUnits(base!, ours!, theirs!);
    const [first] = units.conflicts;
    if (first) {
      const sides = { base: base!, ours: await read(versions.ours), theirs: theirs! };
      const absent = new Set(conflicts.filter((hunk) => isAbsent(hunk, lines, sides)));
      return failed(why || `line ${lineNumber(text, first.start)}: ${first.why}`, absent);
    }
    return sound(withReplacements(text, units.edits), older.size > 0 ? 'lineage' : 'units');
  };
  /** A merge is believed only where it parses, is no more and no less than the patch, and says nothing twice. */
  const sound = async (merged: string, by: FileMerge['by']): Promise<FileMerge> => {
    const flaw =
      merged === versions.ours
        ? undefined
        : await flawOf(versions, merged, language, parse, by === 'lineage');
    if (flaw !== undefined) return failed(flaw);
    if (by === 'lines') return result(merged, by, byKind);
    const made = clusters(lines.ours, lines.ours, splitLines(merged));
    return result(merged, by, (hunk) => ({
      state: made.some(({ baseStart, baseEnd }) => baseStart <= hunk.oursEnd && hunk.oursStart <= baseEnd)
        ? 'wrong'
        : 'right',
    }));
  };

  if (lineage && conflicts.length > 0) {
    const [base, ours, theirs] = await Promise.all([versions.base, versions.ours, versions.theirs].map(read));
    const sides = { base: base!, ours: ours!, theirs: theirs! };
    for (const hunk of conflicts) if (isOlder(hunk, lines, sides, lineage)) older.add(hunk);
  }
  const eased = taking(
    lines.ours,
    lines.theirs,
    lines.clusters,
    (hunk) => hunk.kind === 'theirs' || older.has(hunk),
  ).join('');
  const rest = conflicts.length - older.size;
  const merge =
    rest > 0 ? await byUnits(eased, '') : await sound(eased, older.size > 0 ? 'lineage' : 'lines');
  if (merge.merged !== undefined || older.size > 0) return merge;
  // Lines that merge may still say twice what both sides put into different places: units see that it is there.
  const why = merge.places.find((place) => place.why !== undefined)?.why ?? '';
  const again = await byUnits(versions.ours, why);
  return again.merged === undefined ? merge : again;
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
