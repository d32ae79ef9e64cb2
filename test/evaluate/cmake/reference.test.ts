// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { failsWith, out, says } from '../../support/cmake-script.js';

describe('arguments', () => {
  it.each([
    ['a reference', 'set(A b)\nset(OUT "<${A}>")', '<b>'],
    ['a reference whose name is one', 'set(A B)\nset(B c)\nset(OUT "${${A}}")', 'c'],
    ['a part of a name', 'set(A 1)\nset(X_1 y)\nset(OUT "${X_${A}}")', 'y'],
    ['what is not set', 'set(OUT "<${NONE}$ENV{PATH}$CACHE{A}>")', '<>'],
    ['what a variable holds, once', 'set(A "\\${B}")\nset(B c)\nset(OUT "${A}")', '${B}'],
    ['escapes', 'set(OUT "a\\"b\\\\c\\$d\\@e\\(f")', 'a"b\\c$d@e(f'],
    ['a continued line', 'set(OUT "a\\\nb\\\\")', 'ab\\'],
    ['a bracket argument, as it is', 'set(OUT [=[${A}\\n]]]=])', '${A}\\n]]'],
    ['an unquoted argument that is a list', 'set(A "a;b")\nset(OUT ${A} c)', 'a;b;c'],
    ['an empty unquoted argument as none', 'set(A "")\nset(OUT a ${A} b)', 'a;b'],
    ['an empty quoted argument as one', 'set(OUT a "" b)', 'a;;b'],
    ['an escaped separator', 'set(OUT a\\;b "c\\;d")', 'a;b;c\\;d'],
    ['a separator in brackets', 'set(A "[a;b];c")\nlist(LENGTH A OUT)', '2'],
    ['@NAME@, as it is', 'set(A b)\nset(OUT "@A@")', '@A@'],
    ['a dollar', 'set(OUT "$a $ $<1:${OUT}>")', '$a $ $<1:>'],
    ['two arguments that touch', 'set(OUT "a""b")', 'a;b'],
    [
      'generator expressions',
      'set(OUT $<$<COMPILE_LANGUAGE:CUDA>:-x> y)',
      '$<$<COMPILE_LANGUAGE:CUDA>:-x>;y',
    ],
  ])('takes %s', (_what, script, value) => {
    expect(out(script)).toBe(value);
  });

  it('keeps bytes, and reads CRLF as a newline', () => {
    expect(out('set(OUT "\xc3\xa9")')).toBe('\xc3\xa9');
    expect(says('set(A "x\r\ny")\r\nstring(LENGTH "${A}" N)\r\nmessage(STATUS "${N}")\r\n')).toEqual(['3']);
  });

  it.each([
    ['"${A"', 'There is an unterminated variable reference.'],
    ['"${a b}"', "Invalid character (' ') in a variable name."],
    ['"\\d"', "Invalid character escape '\\d'."],
    ['"$NO{A}"', 'Syntax $NO{} is not supported.'],
    ['"${CMAKE_CURRENT_LIST_LINE}"', 'CMAKE_CURRENT_LIST_LINE is not evaluated'],
  ])('does not take %s', (argument, message) => {
    expect(failsWith(`\nset(A ${argument})`)).toMatch(/^CMake Error at script\.cmake:2 \(set\): /);
    expect(failsWith(`set(A ${argument})`)).toContain(message);
  });
});
