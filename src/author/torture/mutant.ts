import type { Documents } from '../../syntax/parser.js';
import { MUTATIONS } from './catalogue.js';
import type { Choice } from './choice.js';
import { type Mutation, replaced, type Subject } from './mutation.js';
import { moved } from './place.js';
import { split } from './split.js';
import { grammarOf, styleOf } from './style.js';

export type Files = ReadonlyMap<string, string>;

/** Files after some mutations. */
export interface Mutant {
  /** By the path that they have now. */
  readonly files: Files;
  /** The paths that they had, by the new one, where they moved. */
  readonly origins: ReadonlyMap<string, string>;
  /** Old names by new ones. */
  readonly names: ReadonlyMap<string, string>;
}

export async function subjectOf(
  path: string,
  text: string,
  documents: Documents,
): Promise<Subject | undefined> {
  const style = styleOf(path);
  if (!style) return undefined;
  const grammar = grammarOf(style);
  const root = grammar === undefined ? undefined : (await documents.parse({ path, text }, grammar)).root;
  return { path, text, style, root };
}

async function changed(
  mutation: Mutation,
  [path, text]: readonly [string, string],
  choice: Choice,
  documents: Documents,
  names: Map<string, string>,
): Promise<string> {
  const subject = await subjectOf(path, text, documents);
  if (!subject || !mutation.styles.includes(subject.style)) return text;
  const change = mutation.mutate(subject, choice.apart(mutation.name));
  if (!change) return text;
  for (const [old, now] of change.renames ?? []) names.set(now, old);
  return change.text ?? replaced(text, change.replace ?? []);
}

export const PLACE = 'moved-file';
export const SPLIT = 'split-file';

/** The names of all mutations. */
export const NAMES: readonly string[] = [...MUTATIONS.map(({ name }) => name), PLACE, SPLIT];

/** Makes mutations one after the other. What is done follows from the files and the choice. */
export async function mutate(
  files: Files,
  mutations: readonly string[],
  choice: Choice,
  documents: Documents,
): Promise<Mutant> {
  let now = new Map(files);
  const names = new Map<string, string>();
  const origins = new Map<string, string>();
  // A part is taken in by its path: it is made last, where nothing moves any more.
  const ordered = [...mutations].sort((a, b) => Number(a === SPLIT) - Number(b === SPLIT));
  for (const name of ordered) {
    if (name === SPLIT) {
      for (const [path, text] of [...now]) {
        const subject = await subjectOf(path, text, documents);
        const parts = subject && split(subject, choice.apart(name));
        if (parts) now.set(path, parts.text).set(parts.part.path, parts.part.text);
      }
      continue;
    }
    if (name === PLACE) {
      const entries = [...now].map(([path, text]) => [moved(path, choice), path, text] as const);
      for (const [to, path] of entries) if (to !== path) origins.set(to, path);
      now = new Map(entries.map(([to, , text]) => [to, text]));
      continue;
    }
    const mutation = MUTATIONS.find((one) => one.name === name)!;
    for (const entry of [...now]) now.set(entry[0], await changed(mutation, entry, choice, documents, names));
  }
  return { files: now, origins, names };
}
