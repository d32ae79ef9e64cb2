// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { failsWith, out } from '../../support/cmake-script.js';

describe('string', () => {
  it.each([
    ['REPLACE "+PTX" "" OUT "8.0+PTX;9.0"', '8.0;9.0'],
    ['REPLACE "" x OUT a b', 'ab'],
    ['REPLACE "$" "$&" OUT "a$b"', 'a$&b'],
    ['REGEX MATCH "[0-9]+" OUT "sm_120 sm_121"', '120'],
    ['REGEX MATCH "x" OUT "abc"', ''],
    ['REGEX MATCHALL "[0-9]+" OUT "sm_120 sm_121"', '120;121'],
    ['REGEX REPLACE "([0-9]+)([0-9])([af]?)" "\\\\1.\\\\2\\\\3" OUT "121a;90"', '12.1a;9.0'],
    ['REGEX REPLACE "^a" "" OUT "aab"', 'b'],
    ['REGEX REPLACE "b" "\\\\n\\\\\\\\" OUT "abc"', 'a\n\\c'],
    ['REGEX REPLACE "[ac]" "" OUT a b c', 'b'],
    ['TOUPPER "aB1\xe9" OUT', 'AB1\xe9'],
    ['TOLOWER "aB1\xc9" OUT', 'ab1\xc9'],
    ['LENGTH "\xc3\xa9" OUT', '2'],
    ['STRIP "  a b\t" OUT', 'a b'],
    ['HEX "a\xe9" OUT', '61e9'],
    ['ASCII 97 98 OUT', 'ab'],
    ['GENEX_STRIP "a;$<1:x;y>;$<$<C:z>:q>;b" OUT', 'a;b'],
    ['GENEX_STRIP "a;$<1:x" OUT', 'a;$<1:x'],
    ['MAKE_C_IDENTIFIER "1a-b" OUT', '_1a_b'],
    ['APPEND OUT b c', 'abc'],
    ['PREPEND OUT b c', 'bca'],
    ['CONCAT OUT b "" c', 'bc'],
    ['JOIN - OUT b "" c', 'b--c'],
    ['SUBSTRING "abcd" 1 2 OUT', 'bc'],
    ['SUBSTRING "abcd" 1 -1 OUT', 'bcd'],
    ['SUBSTRING "abcd" 4 9 OUT', ''],
    ['REPEAT "ab" 3 OUT', 'ababab'],
    ['FIND "abab" "b" OUT', '1'],
    ['FIND "abab" "b" OUT REVERSE', '3'],
    ['FIND "abab" "c" OUT', '-1'],
    ['COMPARE LESS a b OUT', '1'],
    ['COMPARE NOTEQUAL a a OUT', '0'],
    ['CONFIGURE "@OUT@ ${OUT} \\${OUT} @NO@" OUT', 'a a a '],
    ['CONFIGURE "@OUT@ \\${OUT} @a b@" OUT @ONLY', 'a ${OUT} @a b@'],
    [
      'CONFIGURE "#cmakedefine OUT @OUT@\\n# cmakedefine NO\\n#cmakedefine01 NO" OUT',
      '#define OUT a\n/* #undef NO */\n#define NO 0',
    ],
  ])('(%s)', (call, value) => {
    expect(out('set(OUT a)', `string(${call})`)).toBe(value);
  });

  it.each([
    'string(REGEX MATCH "x*" OUT "")',
    'string(REGEX MATCH "[" OUT "")',
    'string(REGEX MATCH a OUT)',
    'string(REGEX FIND a OUT b)',
    'string(REGEX REPLACE a "\\\\q" OUT b)',
    'string(REGEX REPLACE a "\\\\" OUT b)',
    'string(REGEX REPLACE "a(b)?" "\\\\1" OUT a)',
    'string(REGEX REPLACE a b OUT)',
    'string(SUBSTRING a 2 1 OUT)',
    'string(SUBSTRING a 0 -2 OUT)',
    'string(REPEAT a -1 OUT)',
    'string(FIND a b OUT x)',
    'string(COMPARE LIKE a b OUT)',
    'string(ASCII 0 OUT)',
    'string(CONFIGURE a OUT x)',
    'string(LENGTH a)',
  ])('%s is an error', (call) => {
    expect(failsWith(`\n${call}`)).toMatch(/^CMake Error at script\.cmake:2 \(string\): string /);
  });

  it.each(['TIMESTAMP OUT', 'RANDOM OUT', 'UUID OUT NAMESPACE x', 'SHA256 OUT a', 'JSON OUT GET "{}" a'])(
    '(%s) is not evaluated',
    (call) => {
      expect(failsWith(`string(${call})`)).toMatch(/string\(\w+\) is not evaluated$/);
    },
  );
});
