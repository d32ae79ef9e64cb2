// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/evaluate/cmake/budget.js';
import { TooLarge } from '../../../src/failure.js';
import { evaluateScript, says } from '../../support/cmake-script.js';

const double = (times: number) =>
  `set(A aaaaaaaa)\nforeach(i RANGE ${times})\nset(A "\${A}\${A}")\nendforeach()\n`;
/** Half a million characters. */
const LONG = double(15);

describe('limits', () => {
  it('say what they are', () => {
    expect(() => evaluateScript('while(1)\nendwhile()')).toThrow(
      /^too large to judge: the CMake evaluation takes too many steps$/,
    );
  });

  it.each([
    ['a loop without an end', 'while(TRUE)\nendwhile()'],
    ['a loop of many rounds', 'foreach(i RANGE 2000000000)\nendforeach()'],
    ['loops in loops', `${'foreach(i RANGE 1000)\n'.repeat(5)}set(A b)\n${'endforeach()\n'.repeat(5)}`],
    ['recursion', 'function(f)\nf()\nendfunction()\nf()'],
    ['a macro that calls itself twice', 'macro(m x)\nm("${x}${x}")\nm("${x}${x}")\nendmacro()\nm(a)'],
    ['a file that includes itself', 'include(script.cmake)'],
    [
      'text that evaluates itself',
      'set(A "cmake_language(EVAL CODE \\"\\${A}\\")")\ncmake_language(EVAL CODE "${A}")',
    ],
    ['calls of calls', `cmake_language(${'CALL cmake_language '.repeat(5000)}CALL set A b)`],
    ['a value that doubles', double(40)],
    ['a list that grows', 'while(TRUE)\nlist(APPEND A ${A} aaaaaaaaaaaaaaaa)\nendwhile()'],
    ['many long values', `${LONG}foreach(i RANGE 100000)\nset(B_\${i} "\${A}")\nendforeach()`],
    ['one long argument list', `${LONG}message(STATUS \${A} \${A} \${A} \${A})`],
    ['a long name', `${LONG}set(B "\${\${A}\${A}\${A}}")`],
    ['a repeated string', 'string(REPEAT ab 9223372036854775807 A)'],
    ['a replacement', `${LONG}string(REPLACE a "\${A}" B "\${A}")`],
    ['a pattern’s replacement', `${LONG}string(REGEX REPLACE a "\${A}" B "\${A}")`],
    ['a joined list', `${LONG}set(L a b c d)\nlist(JOIN L "\${A}" B)`],
    ['a joined string', `${LONG}string(JOIN "\${A}" B a b c d)`],
    ['changed elements', `${LONG}set(L a b c d)\nlist(TRANSFORM L APPEND "\${A}")`],
    ['the text of a macro', `${LONG}macro(m x)\nset(B "\${x}\${x}\${x}")\nendmacro()\nm("\${A}")`],
    ['a pattern that backtracks', `${double(2)}string(REGEX MATCH "(a+|a+b)+c" B "\${A}")`],
    ['a pattern that nests', `${LONG}string(REGEX MATCH "(a|b)*c" B "\${A}")`],
    ['a pattern of a long text', `${LONG}string(REGEX MATCH "a*a*a*b" B "\${A}")`],
    ['nested blocks', `${'if(1)\n'.repeat(1000)}${'endif()\n'.repeat(1000)}`],
    ['nested parentheses', `if(${'('.repeat(1000)}1${')'.repeat(1000)})\nendif()`],
    ['many operands', `if(1${' AND 1'.repeat(20_000)})\nendif()`],
    ['nested references', `set(A "${'${'.repeat(1000)}${'}'.repeat(1000)}")`],
    ['a nested expression', `math(EXPR A "${'('.repeat(1000)}1${')'.repeat(1000)}")`],
    ['many signs', `math(EXPR A "${'-'.repeat(1000)}1")`],
    ['a large file', `#${' '.repeat(LIMITS.file)}`],
  ])('end %s', (_what, script) => {
    expect(() => evaluateScript(script)).toThrow(TooLarge);
  });

  it('are far from what a build does', () => {
    const work = `foreach(i RANGE 2000)\nlist(APPEND L "csrc/\${i}.cu")\nendforeach()\nlist(LENGTH L N)\nmessage(STATUS "\${N}")`;
    expect(says(work)).toEqual(['2001']);
    expect(
      says(
        'function(f n)\nif(n GREATER 0)\nmath(EXPR n "${n} - 1")\nf(${n})\nelse()\nmessage(STATUS end)\nendif()\nendfunction()\nf(50)',
      ),
    ).toEqual(['end']);
  });
});
