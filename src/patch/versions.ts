import { lineOffsets, splitLines } from './lines.js';
import { type Cluster, clusters } from './merge.js';

/** The three texts of one file. Bytes as latin-1. */
export interface Versions {
  readonly path: string;
  /** What the patch was made for. */
  readonly base: string;
  /** What the target has. */
  readonly ours: string;
  /** What the patch made of the base. */
  readonly theirs: string;
}

/** A part of a text, in bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The three versions as lines, and where they differ. */
export class Lines {
  readonly base: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  readonly clusters: readonly Cluster[];
  readonly #offsets: Record<'base' | 'ours' | 'theirs', readonly number[]>;

  constructor(versions: Versions) {
    this.base = splitLines(versions.base);
    this.ours = splitLines(versions.ours);
    this.theirs = splitLines(versions.theirs);
    this.clusters = clusters(this.base, this.ours, this.theirs);
    this.#offsets = {
      base: lineOffsets(this.base),
      ours: lineOffsets(this.ours),
      theirs: lineOffsets(this.theirs),
    };
  }

  range(cluster: Cluster, side: 'base' | 'ours' | 'theirs'): Range {
    const offsets = this.#offsets[side];
    return { start: offsets[cluster[`${side}Start`]]!, end: offsets[cluster[`${side}End`]]! };
  }

  /** The range without the blanks around it: what a definition may hold as a whole. */
  inner(cluster: Cluster, side: 'base' | 'ours' | 'theirs'): Range {
    return trimmed(this.range(cluster, side), this.text(cluster, side));
  }

  text(cluster: Cluster, side: 'base' | 'ours' | 'theirs'): string {
    return this[side].slice(cluster[`${side}Start`], cluster[`${side}End`]).join('');
  }

  /**
   * Whether the target has the change of a conflict already, and has gone on from there: it can be taken out
   * again without touching what the target changed.
   */
  holds(conflict: Cluster): boolean {
    const back = clusters(this.theirs, this.ours, this.base).filter(
      ({ kind, baseStart, baseEnd }) =>
        kind !== 'ours' && baseStart <= conflict.theirsEnd && conflict.theirsStart <= baseEnd,
    );
    return back.length > 0 && back.every(({ kind }) => kind === 'theirs');
  }
}

/** A range without the blanks at both ends of its text. */
export function trimmed({ start, end }: Range, text: string): Range {
  if (text.trim() === '') return { start, end };
  return { start: start + text.search(/\S/), end: end - (text.length - text.trimEnd().length) };
}

/** The versions with the target's line endings, where all lines of a text end alike. */
export function withNewlinesOfOurs(versions: Versions): Versions {
  const { base, ours, theirs } = versions;
  const crlf = (text: string): boolean => text.includes('\r\n') && !/(?:^|[^\r])\n/.test(text);
  const lf = (text: string): boolean => !text.includes('\r\n');
  const both = (is: (text: string) => boolean): boolean => is(base) && is(theirs);
  const as = (newline: string): Versions => ({
    ...versions,
    base: base.replace(/\r?\n/g, newline),
    theirs: theirs.replace(/\r?\n/g, newline),
  });
  if (crlf(ours) && both(lf)) return as('\r\n');
  return lf(ours) && ours.includes('\n') && both(crlf) ? as('\n') : versions;
}
