import { describe, expect, it } from 'vitest';
import { Documents } from '../../src/syntax/parser.js';
import { enclosingConditions } from '../../src/syntax/preprocessor.js';
import { descendants } from '../../src/syntax/query.js';

/** The conditions that the call `here()` stands under, innermost first; `-` for a negative branch. */
async function conditionsOf(lines: readonly string[], eol = '\n'): Promise<string[]> {
  const text = lines.join(eol);
  const documents = new Documents();
  const { root } = await documents.parse({ path: 'f.cu', text }, 'cuda');
  const here = descendants(root, 'call_expression').find((node) =>
    text.startsWith('here()', node.startIndex),
  )!;
  const found = enclosingConditions(here, text).map(
    ({ condition, positive }) => `${positive ? '+' : '-'} ${condition}`,
  );
  documents.dispose();
  return found;
}

const inFunction = (...lines: string[]): string[] => ['void f() {', ...lines, '}', ''];

describe('enclosingConditions', () => {
  it.each<[string, string[], string[]]>([
    ['an if', ['#if A >= 1', 'here();', '#endif'], ['+ A >= 1']],
    ['its else', ['#if A', 'x();', '#else', 'here();', '#endif'], ['- A']],
    ['an elif', ['#if A', 'x();', '#elif B', 'here();', '#endif'], ['+ B', '- A']],
    ['the else of an elif', ['#if A', '#elif B', 'x();', '#else', 'here();', '#endif'], ['- B', '- A']],
    [
      'ifdef within ifndef',
      ['#ifndef A', '#ifdef B', 'here();', '#endif', '#endif'],
      ['+ defined(B)', '+ !defined(A)'],
    ],
    ['a hash with blanks', ['#  ifndef A', 'here();', '#  endif'], ['+ !defined(A)']],
    [
      'a continued condition',
      ['#if defined(A) && \\', '    B   > 1', 'here();', '#endif'],
      ['+ defined(A) && B > 1'],
    ],
    ['nothing', ['#if A', '#endif', 'here();'], []],
  ])('%s', async (_name, lines, expected) => {
    expect(await conditionsOf(inFunction(...lines))).toEqual(expected);
    expect(await conditionsOf(inFunction(...lines), '\r\n')).toEqual(expected);
  });
});
