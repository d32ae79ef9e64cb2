import type { Language } from '../syntax/document.js';
import type { Parse } from './language.js';
import { tokens } from './units/align.js';
import { definitions } from './units/definitions.js';
import { Keys, type Shape, shapeOf } from './units/shape.js';
import type { Versions } from './versions.js';

/**
 * Why a merge may not be believed, though its parts were clean; undefined where it may: it parses where its
 * sources do, it has no more and no fewer tokens than the patch changes (unless it was taken over as a
 * whole), and it says nothing twice that both sides say once.
 */
export async function flawOf(
  { path, base, ours, theirs }: Versions,
  merged: string,
  language: Language,
  parse: Parse,
  takenOver = false,
): Promise<string | undefined> {
  const keys = new Keys();
  const shape = async (text: string): Promise<Shape> => shapeOf(await parse({ path, text }, language), keys);
  const [b, o, t, m] = (await Promise.all([base, ours, theirs, merged].map(shape))) as [
    Shape,
    Shape,
    Shape,
    Shape,
  ];
  if (errors(m) > Math.max(errors(o), errors(t))) return 'the result does not parse';
  const twice = saidTwice(o, t, m);
  if (twice !== undefined) return `the target has ${twice} already, in another place`;
  if (!takenOver && !isSameChange(b, o, t, m)) return 'the result changes more or less than the patch does';
  return undefined;
}

const errors = (shape: Shape): number =>
  shape.broken
    ? (shape.type === 'ERROR' || shape.children.length === 0 ? 1 : 0) +
      shape.children.reduce((sum, child) => sum + errors(child), 0)
    : 0;

/** A statement of fewer tokens, such as `return x`, may well stand twice in a function. */
const WORDS = 4;

/** How often each definition stands in a file, and each statement in its definition. */
function counts(shape: Shape): Map<string, { count: number; what: string }> {
  const found = new Map<string, { count: number; what: string }>();
  const add = (key: string, what: string): void => {
    found.set(key, { count: (found.get(key)?.count ?? 0) + 1, what });
  };
  for (const { path } of definitions(shape)) add(path, path);
  const walk = (at: Shape, path: string): void => {
    const inner = at.name === undefined ? path : `${path}.${at.name}`;
    if (/_statement$|^declaration$/.test(at.type) && tokens(at).length >= WORDS) {
      add(`${path} ${at.key}`, path === '' ? 'a statement' : `a statement of ${path.slice(1)}`);
    }
    for (const child of at.children) walk(child, inner);
  };
  walk(shape, '');
  return found;
}

/** What the merge has more often than either side: each put it into another place. */
function saidTwice(o: Shape, t: Shape, m: Shape): string | undefined {
  const [ours, theirs] = [counts(o), counts(t)];
  for (const [key, { count, what }] of counts(m)) {
    if (count > Math.max(ours.get(key)?.count ?? 0, theirs.get(key)?.count ?? 0, 1)) return what;
  }
  return undefined;
}

/** Whether no token was added or lost beyond what the patch adds and loses. */
function isSameChange(b: Shape, o: Shape, t: Shape, m: Shape): boolean {
  const balance = new Map<string, { patch: number; made: number }>();
  const count = (shape: Shape, side: 'patch' | 'made', by: number): void => {
    for (const { key } of tokens(shape)) {
      const at = balance.get(key) ?? { patch: 0, made: 0 };
      at[side] += by;
      balance.set(key, at);
    }
  };
  count(t, 'patch', 1);
  count(b, 'patch', -1);
  count(m, 'made', 1);
  count(o, 'made', -1);
  return [...balance.values()].every(
    ({ patch, made }) => made >= Math.min(0, patch) && made <= Math.max(0, patch),
  );
}
