import type { Documents } from '../../syntax/parser.js';
import { canonical } from './canon.js';
import type { Choice } from './choice.js';
import { type Files, type Mutant, mutate, subjectOf } from './mutant.js';
import { joined } from './split.js';

type Names = ReadonlyMap<string, string>;

async function canonOf(path: string, text: string, names: Names, documents: Documents): Promise<string> {
  const subject = await subjectOf(path, text.replace(/^\xef\xbb\xbf/, ''), documents);
  return subject ? canonical(subject, names) : text;
}

/** A text without blanks, lines of comments and the notes of mutations: equal for layouts that a grammar trips over. */
const bare = (text: string, path: string): string =>
  text
    .replace(path.endsWith('.py') ? /^[ \t]*# .*$/gm : /^[ \t]*\/\/.*$/gm, '')
    .replace(/\/\* a note \*\/|# a note\r?\n|\\\r?\n|\s+|^\xef\xbb\xbf/g, '');

/** Where two texts part, in a few words of each. */
function parting(want: string, now: string): string {
  let at = 0;
  while (at < want.length && want[at] === now[at]) at += 1;
  const from = Math.max(0, at - 30);
  return `${want.slice(from, at + 50)} ≠ ${now.slice(from, at + 50)}`;
}

/**
 * Why an edited mutant is not what the edit of the original is, or undefined where it is. It never asks a judge:
 * either both mean the same as far as spelling goes, or the mutation of the edited original does.
 */
export async function difference(
  edited: { readonly original: Files; readonly mutant: Mutant },
  mutations: readonly string[],
  choice: Choice,
  documents: Documents,
): Promise<string | undefined> {
  const { original, mutant } = edited;
  const expected = await mutate(original, mutations, choice, documents);
  const [got, wish] = [joined(mutant.files), joined(expected.files)];
  const paths = new Set([...wish.keys(), ...got.keys()]);
  for (const path of paths) {
    const [now, want] = [got.get(path), wish.get(path)];
    if (now === undefined || want === undefined) return `${path} is edited in one of the two alone`;
    const names = new Map([...expected.names, ...mutant.names]);
    const canon = await canonOf(path, now, names, documents);
    const wanted = await canonOf(path, want, names, documents);
    if (canon === wanted || bare(now, path) === bare(want, path)) continue;
    const origin = original.get(mutant.origins.get(path) ?? path);
    if (origin !== undefined && canon === (await canonOf(path, origin, names, documents))) continue;
    return `${path} is edited otherwise: ${parting(wanted, canon)}`;
  }
  return undefined;
}
