// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { failsWith, out } from '../../support/cmake-script.js';

describe('list', () => {
  it.each([
    ['a b', 'APPEND OUT c', 'a;b;c'],
    ['a b', 'APPEND OUT', 'a;b'],
    ['', 'APPEND OUT c d', 'c;d'],
    ['a b', 'PREPEND OUT c d', 'c;d;a;b'],
    ['a b "" c', 'LENGTH OUT OUT', '4'],
    ['a b c', 'GET OUT 0 -1 OUT', 'a;c'],
    ['a b c', 'GET NONE 0 OUT', 'NOTFOUND'],
    ['a b c', 'FIND OUT b OUT', '1'],
    ['a b c', 'FIND OUT x OUT', '-1'],
    ['a b c', 'INSERT OUT 1 x y', 'a;x;y;b;c'],
    ['a b c', 'INSERT OUT -1 x', 'a;b;x;c'],
    ['', 'INSERT OUT 0 x', 'x'],
    ['a b c', 'JOIN OUT "--" OUT', 'a--b--c'],
    ['a b c d', 'SUBLIST OUT 1 2 OUT', 'b;c'],
    ['a b c d', 'SUBLIST OUT 2 -1 OUT', 'c;d'],
    ['a b a c', 'REMOVE_ITEM OUT a x', 'b;c'],
    ['"a\\;b" c', 'REMOVE_ITEM OUT', 'a\\;b;c'],
    ['a b c', 'REMOVE_AT OUT 0 -1', 'b'],
    ['b a b c a', 'REMOVE_DUPLICATES OUT', 'b;a;c'],
    ['a b c', 'REVERSE OUT', 'c;b;a'],
    ['a1 b a2', 'FILTER OUT INCLUDE REGEX "^a"', 'a1;a2'],
    ['a1 b a2', 'FILTER OUT EXCLUDE REGEX "^a"', 'b'],
    ['b A a 10 9', 'SORT OUT', '10;9;A;a;b'],
    ['b A a C', 'SORT OUT CASE INSENSITIVE ORDER DESCENDING', 'C;b;A;a'],
    ['a10 a9 a010 a1', 'SORT OUT COMPARE NATURAL', 'a010;a1;a9;a10'],
    ['x/b.cu y/a.cu', 'SORT OUT COMPARE FILE_BASENAME', 'y/a.cu;x/b.cu'],
    ['a b c', 'POP_BACK OUT', 'a;b'],
    ['a b c', 'POP_FRONT OUT OUT', 'b;c'],
    ['a b', 'TRANSFORM OUT TOUPPER', 'A;B'],
    ['a b c', 'TRANSFORM OUT APPEND x AT 0 -1', 'ax;b;cx'],
    ['a b c d', 'TRANSFORM OUT PREPEND x FOR 0 3 2', 'xa;b;xc;d'],
    ['a1 b2', 'TRANSFORM OUT REPLACE "([0-9])" "<\\\\1>" REGEX "^a"', 'a<1>;b2'],
    ['" a " b', 'TRANSFORM OUT STRIP', 'a;b'],
    ['"a$<1:b>c" d', 'TRANSFORM OUT GENEX_STRIP', 'ac;d'],
    ['a', 'TRANSFORM NONE TOUPPER AT 3 OUTPUT_VARIABLE OUT', ''],
  ])('(%s) %s', (items, call, value) => {
    expect(out(`set(OUT ${items})`, `list(${call})`)).toBe(value);
  });

  it('gives what it takes off', () => {
    expect(out('set(L a b)', 'list(POP_FRONT L A B C)', 'set(OUT "${A}${B}<${C}><${L}>")')).toBe('ab<><>');
  });

  it.each([
    'list()',
    'list(LENGTH L)',
    'list(NO L)',
    'list(GET L 5 OUT)',
    'list(GET L x OUT)',
    'list(INSERT NONE 1 x)',
    'list(REMOVE_AT NONE 0)',
    'list(SUBLIST L 9 1 OUT)',
    'list(SUBLIST L 0 -2 OUT)',
    'list(FILTER L INCLUDE REGEX "[")',
    'list(FILTER L ONLY REGEX x)',
    'list(SORT L COMPARE LENGTH)',
    'list(SORT NONE UP)',
    'list(REVERSE NONE x)',
    'list(TRANSFORM L UP)',
    'list(TRANSFORM L APPEND)',
    'list(TRANSFORM L TOUPPER AT)',
    'list(TRANSFORM L TOUPPER AT 7)',
    'list(TRANSFORM L TOUPPER FOR 1 0)',
    'list(TRANSFORM L TOUPPER AT 0 REGEX x)',
    'list(TRANSFORM L TOUPPER x)',
  ])('%s is an error', (call) => {
    expect(failsWith(`set(L a b)\n${call}`)).toMatch(/^CMake Error at script\.cmake:2 \(list\): list /);
  });
});
