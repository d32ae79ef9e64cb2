import { diff } from '../diff.js';
import { tokens } from './align.js';
import type { Shape } from './shape.js';

/** A token with its text. */
interface Word {
  readonly text: string;
  readonly type: string;
}

const wordsOf = (shape: Shape, text: string, start = shape.start, end = shape.end): Word[] =>
  tokens(shape)
    .filter((token) => token.start >= start && token.end <= end)
    .map((token) => ({ text: text.slice(token.start, token.end), type: token.type }));

const NAME = /^[A-Za-z_]\w*$/;
const LINK = /^(?:\.|::|->)$/;

/** Names with what they are members of, and string literals: `self.cache.size` also counts as `self.cache`. */
function namesIn(words: readonly Word[]): Set<string> {
  const names = new Set<string>();
  for (const [i, { text, type }] of words.entries()) {
    if (type === 'string' || type === 'string_literal') names.add(text);
    if (NAME.test(text)) names.add(chainAt(words, i));
  }
  return names;
}

function chainAt(words: readonly Word[], at: number): string {
  let from = at;
  while (from >= 2 && LINK.test(words[from - 1]!.text) && NAME.test(words[from - 2]!.text)) from -= 2;
  return words
    .slice(from, at + 1)
    .map(({ text }) => text)
    .join('');
}

export interface Side {
  readonly text: string;
  readonly shape: Shape;
  /** The part of the text that is asked about. */
  readonly start: number;
  readonly end: number;
}

/** Parameters with a default: to have one that nobody names changes nothing. */
function optionalParameters(shape: Shape, text: string): Set<string> {
  const found = new Set<string>();
  const walk = (at: Shape): void => {
    if (/^(?:typed_)?default_parameter$/.test(at.type) && at.children[0]) {
      found.add(text.slice(at.children[0].start, at.children[0].end));
    }
    at.children.forEach(walk);
  };
  walk(shape);
  return found;
}

/**
 * Whether all that `theirs` would bring along from `base`, beside the patch's own change, means something in
 * `ours`: it calls nothing, and every name and literal in it is one that our file knows, or a parameter with a
 * default that our file does not name. And whether nothing that `ours` names there is lost.
 */
export function isGrounded(base: Side, ours: Side, theirs: Side): boolean {
  const [b, o, t] = [base, ours, theirs].map((side) =>
    wordsOf(side.shape, side.text, side.start, side.end),
  ) as [Word[], Word[], Word[]];
  const texts = (words: readonly Word[]): string[] => words.map(({ text }) => text);
  const fromBase = new Uint8Array(t.length).fill(1);
  for (const { bStart, bEnd } of diff(texts(b), texts(t))) fromBase.fill(0, bStart, bEnd);
  for (const [i, here] of commonWith(texts(o), texts(t)).entries()) if (here) fromBase[i] = 0;
  const kept = namesIn(t);
  for (const name of namesIn(o)) if (!kept.has(name)) return false;
  const known = namesIn(wordsOf(ours.shape, ours.text));
  const optional = optionalParameters(theirs.shape, theirs.text);
  return t.every(({ text, type }, i) => {
    if (!fromBase[i] || type === 'comment') return true;
    if (text === '(' && i > 0 && (NAME.test(t[i - 1]!.text) || /^[)\]]$/.test(t[i - 1]!.text))) {
      return /^(?:in|not|and|or|is|return|if|elif|while|assert|=)$/.test(t[i - 1]!.text);
    }
    if (type.startsWith('string') || type === 'integer' || type === 'float')
      return known.has(text) || /^\d/.test(text);
    if (!NAME.test(text)) return true;
    const chain = chainAt(t, i);
    return known.has(chain) || (optional.has(text) && chain === text) || RESERVED.test(text);
  });
}

const RESERVED =
  /^(?:if|elif|else|and|or|not|in|is|return|None|True|False|for|while|pass|break|continue|raise|assert|del|bool|int|str|float|true|false|nullptr|const|auto|void)$/;

/** For each of `b`, whether it stands in `a` too, in order. */
function commonWith(a: readonly string[], b: readonly string[]): boolean[] {
  const common = new Array<boolean>(b.length).fill(true);
  for (const { bStart, bEnd } of diff(a, b)) common.fill(false, bStart, bEnd);
  return common;
}
