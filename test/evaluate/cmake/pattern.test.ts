import { describe, expect, it } from 'vitest';
import { Budget } from '../../../src/evaluate/cmake/budget.js';
import { Patterns } from '../../../src/evaluate/cmake/match.js';

const groups = (pattern: string, text: string) => new Patterns(new Budget()).read(pattern)!(text)?.groups;
const whole = (pattern: string, text: string) => groups(pattern, text)?.[0];

describe('patterns', () => {
  it.each([
    ['a+', 'baaa', 'aaa'],
    ['a|ab', 'ab', 'a'],
    ['(a|ab)$', 'ab', 'ab'],
    ['(ab|a)(b?)', 'ab', 'ab'],
    ['x*', 'ax', ''],
    ['^a', 'ba', undefined],
    ['a$', 'ab', undefined],
    ['.', '\n', '\n'],
    ['[^a]', '\n', '\n'],
    ['\\.', 'a.b', '.'],
    ['\\d', '1d', 'd'],
    ['a{2}', 'aa a{2}', 'a{2}'],
    ['[a-c]+', 'xabcd', 'abc'],
    ['[]a]+', 'x]a', ']a'],
    ['[^]a]+', ']ab', 'b'],
    ['[-a]+', 'x-a', '-a'],
    ['[a-]+', 'xa-', 'a-'],
    ['[\\n]+', 'x\\n', '\\n'],
    ['[\xc3]', '\xe9\xc3', '\xc3'],
    ['', 'a', ''],
    ['a?b', 'ab', 'ab'],
    ['(a*b)+', 'aabab c', 'aabab'],
  ])('%j in %j is %j', (pattern, text, found) => {
    expect(whole(pattern, text)).toBe(found);
  });

  it.each([
    '(',
    ')',
    '[a',
    '[',
    '*',
    'a**',
    'a+?',
    '(a*)*',
    '(|a)+',
    '^*',
    '\\',
    '[b-a]',
    '((((((((((a))))))))))',
  ])('does not take %j', (pattern) => {
    expect(new Patterns(new Budget()).read(pattern)).toBeUndefined();
  });

  it('keeps what a group matched last, and what one matched that later rounds pass by', () => {
    expect(groups('(a|(b))*', 'ba')?.slice(0, 3)).toEqual(['ba', 'a', 'b']);
    expect(groups('(a)|(b)', 'b')?.slice(0, 3)).toEqual(['b', undefined, 'b']);
  });

  it('starts where it is told, and takes that for the start of the text', () => {
    const find = new Patterns(new Budget()).read('^a')!;
    expect(find('aa', 1)).toMatchObject({ start: 1, end: 2 });
  });

  it('takes back what a group matched on a way that failed', () => {
    expect(groups('(a(b)?c|ab)d', 'abd')?.slice(0, 3)).toEqual(['abd', 'ab', undefined]);
  });

  it('goes through long texts, and gives up on what backtracks without an end', () => {
    const text = 'ab'.repeat(20_000);
    expect(whole('(a|b)*', text)).toBe(text);
    expect(() => groups('(a+|a+b)+c', 'a'.repeat(40))).toThrow('too large to judge');
    expect(() => groups('(a|b)*', 'ab'.repeat(100_000))).toThrow('too large to judge');
  });
});
