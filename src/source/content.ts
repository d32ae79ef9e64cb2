import { blankBom } from './text.js';

/** An escape, a class, a quantifier in braces, or one character. */
const TOKEN = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\{\d+,?\d*\}|[\s\S]/g;

/** Escapes by number or name, whose own letters stand for something else. */
const NAMED = /^\\[xucpkP\d]/;

/**
 * Texts of which one is in everything that the expression matches: the longest of each branch, outside groups and
 * classes. Empty where none is known.
 */
function literals({ source, flags }: RegExp): readonly string[] {
  if (/[iv]/.test(flags)) return [];
  const all: string[] = [];
  let best = '';
  let run = '';
  let depth = 0;
  const end = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  const endBranch = (): void => {
    end();
    all.push(best);
    best = '';
  };
  for (const [token] of source.matchAll(TOKEN)) {
    if (NAMED.test(token)) return [];
    if (token === '(' || token === ')') {
      end();
      depth += token === '(' ? 1 : -1;
    } else if (depth > 0) continue;
    else if (token === '|') endBranch();
    else if (token === '?' || token === '*' || /^\{\d/.test(token)) {
      // The last of it need not be there.
      run = run.slice(0, -1);
      end();
    } else if (/^(?:[+.^$]|\[[\s\S]*|\\\w)$/.test(token)) end();
    else run += token.at(-1);
  }
  endBranch();
  return all.includes('') ? [] : all;
}

const known = new WeakMap<RegExp, readonly string[]>();

/** False where nothing that the expression matches can be in a text: it has none of the plain words. */
export function mayHave(text: { includes(word: string): boolean }, content: RegExp): boolean {
  let words = known.get(content);
  if (!words) {
    words = literals(content);
    known.set(content, words);
  }
  return words.length === 0 || words.some((word) => text.includes(word));
}

/**
 * `content.test(text)`, of a large text and an expression without state: looks for its plain words first. A byte
 * order mark is no part of the first line.
 */
export function hasContent(text: string, content: RegExp): boolean {
  return mayHave(text, content) && content.test(blankBom(text));
}
