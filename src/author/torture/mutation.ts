import type { Edit } from '../../source/edits.js';
import type { Node } from '../../syntax/document.js';
import type { Choice } from './choice.js';
import type { Style } from './style.js';

/** Kinds of change that keep the meaning of a source. */
export const KINDS = ['layout', 'spelling', 'names', 'structure', 'place', 'noise'] as const;
export type Kind = (typeof KINDS)[number];

/** A file as a mutation sees it. `root` is undefined for CMake. */
export interface Subject {
  readonly path: string;
  readonly text: string;
  readonly style: Style;
  readonly root: Node | undefined;
}

export type Replacement = Pick<Edit, 'start' | 'end' | 'text'>;

/** What a mutation makes of a file. */
export interface Change {
  /** Ranges to replace; those inside of another are left out. */
  readonly replace?: readonly Replacement[];
  /** The whole text, for changes of every line. */
  readonly text?: string;
  /** New names for old ones. */
  readonly renames?: ReadonlyMap<string, string>;
}

/** One way to write the same thing otherwise. Pure: what it does follows from the text and the choice. */
export interface Mutation {
  readonly name: string;
  readonly kind: Kind;
  readonly styles: readonly Style[];
  mutate(subject: Subject, choice: Choice): Change | undefined;
}

/** The ranges that lie in no other one, sorted. */
export function outermost(replacements: readonly Replacement[]): Replacement[] {
  const sorted = [...replacements].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Replacement[] = [];
  for (const one of sorted) {
    const last = kept.at(-1);
    if (!last || one.start > last.end || (one.start === last.end && one.start > last.start)) kept.push(one);
  }
  return kept;
}

export function replaced(text: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text: piece } of outermost(replacements)) {
    pieces.push(text.slice(at, start), piece);
    at = end;
  }
  return pieces.join('') + text.slice(at);
}
