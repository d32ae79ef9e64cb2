// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { failsWith, out } from '../../support/cmake-script.js';

const holds = (condition: string, before = ''): boolean =>
  out(`${before}\nset(OUT no)\nif(${condition})\nset(OUT yes)\nendif()`) === 'yes';

describe('if', () => {
  it.each([
    ['1', true],
    ['yes', true],
    ['Y', true],
    ['0', false],
    ['off', false],
    ['""', false],
    ['', false],
    ['x-NOTFOUND', false],
    ['notfound', false],
    ['ignore', false],
    ['12.0', true],
    ['0x0', false],
    ['1e-400', false],
    ['-1', true],
    ['" 1"', true],
    ['1x', false],
    ['NONE', false],
    ['"A"', false],
    ['A', true],
    ['B', false],
  ])('(%s) is %s', (condition, value) => {
    expect(holds(condition, 'set(A x)\nset(B "x-NOTFOUND")')).toBe(value);
  });

  it.each([
    ['A STREQUAL x', true],
    ['"A" STREQUAL x', false],
    ['x STREQUAL "${A}"', true],
    ['a STRLESS b', true],
    ['10 LESS 9', false],
    ['10 STRLESS 9', true],
    ['1x EQUAL 1', true],
    ['x EQUAL x', false],
    ['13.0 VERSION_GREATER_EQUAL 12.8', true],
    ['12.10 VERSION_GREATER 12.9', true],
    ['13 VERSION_EQUAL 13.0.0', true],
    ['1.2a VERSION_LESS 1.2b', false],
    ['"" VERSION_LESS 0.1', true],
    ['12.1 IN_LIST L', true],
    ['12 IN_LIST L', false],
    ['12.1 IN_LIST "9.0;12.1"', false],
    ['"12.0f" MATCHES "^12\\\\.[0-9]f$"', true],
    ['A MATCHES "^x"', true],
    ['MATCHES "^x"', false],
    ['DEFINED A', true],
    ['DEFINED NONE', false],
    ['DEFINED CACHE{A}', false],
    ['DEFINED ENV{PATH}', false],
    ['COMMAND message', true],
    ['COMMAND cmake_path', true],
    ['COMMAND execute_process', false],
    ['POLICY CMP0054', true],
    ['POLICY CMP0200', false],
    ['TARGET A', false],
    ['IS_ABSOLUTE /a', true],
    ['IS_ABSOLUTE a', false],
    ['EXISTS script.cmake', true],
    ['EXISTS /source/script.cmake', true],
    ['EXISTS /etc/passwd', false],
    ['EXISTS /proc/self/environ', false],
    ['IS_DIRECTORY /source', true],
    ['IS_DIRECTORY script.cmake', false],
  ])('(%s) is %s', (condition, value) => {
    expect(holds(condition, 'set(A x)\nset(L 9.0 12.1)')).toBe(value);
  });

  it.each([
    ['NOT 0', true],
    ['NOT (NOT 1)', true],
    ['0 AND 1', false],
    ['0 OR 1', true],
    ['NOT 0 AND 0', false],
    ['NOT (0 AND 0)', true],
    ['(1 OR 0) AND (0 OR 1)', true],
    // A pass does not take what it just reduced as a left operand.
    ['0 AND 1 OR 1 OR 1', true],
    ['0 OR 0 AND 1 OR 1', false],
    ['"NOT" STREQUAL NOT', true],
  ])('(%s) is %s', (condition, value) => {
    expect(holds(condition)).toBe(value);
  });

  it('keeps what a pattern matched', () => {
    expect(
      out(
        'if("sm_121a" MATCHES "^sm_([0-9]+)(a?)")\nset(OUT "${CMAKE_MATCH_COUNT}:${CMAKE_MATCH_1}:${CMAKE_MATCH_2}")\nendif()',
      ),
    ).toBe('2:121:a');
    expect(out('set(X a)\nif(X MATCHES "(b)")\nendif()\nset(OUT "<${CMAKE_MATCH_1}>")')).toBe('<>');
  });

  it('takes the first branch that holds', () => {
    const chain = (value: string) =>
      out(
        `set(A ${value})\nif(A EQUAL 1)\nset(OUT one)\nelseif(A EQUAL 2)\nset(OUT two)\nelse()\nset(OUT other)\nendif()`,
      );
    expect(['1', '2', '3'].map(chain)).toEqual(['one', 'two', 'other']);
  });

  it('tells what it does not take, where it stands', () => {
    expect(failsWith('if(NOT NOT 1)\nendif()')).toContain('Unknown arguments specified');
    expect(failsWith('\nif(A B)\nendif()')).toBe(
      'CMake Error at script.cmake:2 (if): given arguments: "A" "B" Unknown arguments specified',
    );
    expect(failsWith('if(0)\nelseif("a" MATCHES "[")\nendif()')).toMatch(
      /^CMake Error at script\.cmake:2 \(elseif\): .*cannot compile$/,
    );
    expect(failsWith('if((1)\nendif()')).toContain('is not closed');
    expect(failsWith('if("(" STREQUAL ( )\nendif()')).toContain('is not closed');
    expect(failsWith('if(a IS_NEWER_THAN b)\nendif()')).toContain('IS_NEWER_THAN is not evaluated');
    expect(failsWith('if(a)\nendforeach()')).toBe(
      'CMake Error at script.cmake:2 (endforeach): Flow control statements are not properly nested.',
    );
    expect(failsWith('\nwhile(a)')).toContain('script.cmake:2 (while)');
  });
});
