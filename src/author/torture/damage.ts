import { applyEdits, byPath, type Edit } from '../../source/edits.js';
import type { Node } from '../../syntax/document.js';
import type { Documents } from '../../syntax/parser.js';
import { descendants, textOf } from '../../syntax/query.js';
import { canonical } from './canon.js';
import type { Choice } from './choice.js';
import { isFixed } from './leaves.js';
import { type Files, subjectOf } from './mutant.js';

/** Changes of the meaning: after each, a fix must not say that the tree is right. */
export const DAMAGES = ['half-done', 'gate-opened', 'gate-closed', 'value-zeroed'] as const;
export type Damage = (typeof DAMAGES)[number];

export interface Damaged {
  readonly files: Files;
  /** What was done, in a few words. */
  readonly what: string;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where the inserted text of each edit lies in the edited file. */
function insertedRanges(edits: readonly Edit[]): Range[] {
  let shift = 0;
  return [...edits]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, text }) => {
      const at = start + shift;
      shift += text.length - (end - start);
      return { start: at, end: at + text.length };
    });
}

const within = (node: Node, ranges: readonly Range[]): boolean =>
  ranges.some(({ start, end }) => node.startIndex >= start && node.endIndex <= end);

function pick<T>(items: readonly T[], choice: Choice, name: string): T | undefined {
  return items.length === 0 ? undefined : items[choice.of(name, items.length)];
}

/** What some files mean, as far as spelling goes. */
export async function meaning(files: Files, documents: Documents): Promise<string> {
  const parts = await Promise.all(
    [...files].sort().map(async ([path, text]) => {
      const subject = await subjectOf(path, text, documents);
      return subject ? canonical(subject) : text;
    }),
  );
  return parts.join('\n');
}

const edited = (files: Files, edits: readonly Edit[]): Files => {
  const own = byPath(edits);
  return new Map([...files].map(([path, text]) => [path, applyEdits(text, own.get(path) ?? [])]));
};

const isBalanced = (text: string): boolean =>
  (text.match(/^[ \t]*#[ \t]*if/gm) ?? []).length === (text.match(/^[ \t]*#[ \t]*endif/gm) ?? []).length;

/** Some of the edits, and not all that mean something. */
async function halfDone(
  files: Files,
  edits: readonly Edit[],
  choice: Choice,
  documents: Documents,
): Promise<Damaged | undefined> {
  const some = edits.filter(({ path, start }) => choice.takes(`${path} ${start}`));
  if (some.length === 0 || some.length === edits.length) return undefined;
  const half = edited(files, some);
  // One half of a pair of directives is no source at all.
  if ([...half.values()].some((text) => !isBalanced(text))) return undefined;
  const [now, all, none] = await Promise.all([
    meaning(half, documents),
    meaning(edited(files, edits), documents),
    meaning(files, documents),
  ]);
  return now === all || now === none
    ? undefined
    : { files: half, what: `${some.length} of ${edits.length} edits` };
}

/** One place of what a fix inserted, changed. */
async function spoiled(
  files: Files,
  edits: readonly Edit[],
  damage: Exclude<Damage, 'half-done'>,
  choice: Choice,
  documents: Documents,
): Promise<Damaged | undefined> {
  const own = byPath(edits);
  const places: { path: string; text: string; start: number; end: number; put: string }[] = [];
  for (const [path, text] of edited(files, edits)) {
    const subject = await subjectOf(path, text, documents);
    const ranges = insertedRanges(own.get(path) ?? []);
    if (!subject?.root || ranges.length === 0) continue;
    const python = subject.style === 'python';
    if (damage === 'value-zeroed') {
      for (const node of descendants(subject.root, 'integer', 'number_literal')) {
        if (isFixed(node) || !within(node, ranges) || !/^[1-9]\d+$/.test(textOf(node, text))) continue;
        places.push({ path, text, start: node.startIndex, end: node.endIndex, put: '0' });
      }
      continue;
    }
    for (const node of descendants(
      subject.root,
      'comparison_operator',
      'boolean_operator',
      'binary_expression',
    )) {
      const operator = node.childCount === 3 ? textOf(node.child(1)!, text) : '';
      const decides = /^(?:[=!]=|[<>]=?|in|not in|and|or|&&|\|\|)$/.test(operator);
      if (!decides || isFixed(node) || !within(node, ranges)) continue;
      const truth = damage === 'gate-opened' ? (python ? 'True' : 'true') : python ? 'False' : 'false';
      places.push({ path, text, start: node.startIndex, end: node.endIndex, put: `(${truth})` });
    }
  }
  const place = pick(places, choice, damage);
  if (!place) return undefined;
  const all = new Map(edited(files, edits));
  const { path, text, start, end, put } = place;
  all.set(path, text.slice(0, start) + put + text.slice(end));
  return { files: all, what: `${text.slice(start, end).replace(/\s+/g, ' ')} became ${put}` };
}

/** A tree's files with damage done, or undefined where this damage has no place in them. */
export function damaged(
  damage: Damage,
  files: Files,
  edits: readonly Edit[],
  choice: Choice,
  documents: Documents,
): Promise<Damaged | undefined> {
  return damage === 'half-done'
    ? halfDone(files, edits, choice, documents)
    : spoiled(files, edits, damage, choice, documents);
}
