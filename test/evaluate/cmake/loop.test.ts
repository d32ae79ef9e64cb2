// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { evaluateScript, failsWith, says } from '../../support/cmake-script.js';

const rounds = (over: string, before = '') =>
  says(`${before}\nforeach(i ${over})\nmessage(STATUS "\${i}")\nendforeach()`);

describe('foreach', () => {
  it.each([
    ['a b "c;d"', ['a', 'b', 'c;d']],
    ['RANGE 3', ['0', '1', '2', '3']],
    ['RANGE 2 4', ['2', '3', '4']],
    ['RANGE 5 0 -2', ['5', '3', '1']],
    ['RANGE 3 1', ['3', '2', '1']],
    ['RANGE', ['0']],
    ['IN LISTS L M', ['x', '', 'y']],
    ['IN ITEMS ${L} z', ['x', 'y', 'z']],
    ['IN LISTS L ITEMS q', ['x', '', 'y', 'q']],
    ['', []],
  ])('(i %s)', (over, items) => {
    expect(rounds(over, 'set(L "x;;y")')).toEqual(items);
  });

  it('goes through lists side by side', () => {
    const both = 'set(A 1 2)\nset(B x)\n';
    expect(
      says(`${both}foreach(i IN ZIP_LISTS A B)\nmessage(STATUS "\${i_0}\${i_1}")\nendforeach()`),
    ).toEqual(['1x', '2']);
    expect(says(`${both}foreach(a b IN ZIP_LISTS A B)\nmessage(STATUS "\${a}\${b}")\nendforeach()`)).toEqual([
      '1x',
      '2',
    ]);
    expect(failsWith(`foreach(a b IN ZIP_LISTS A)\nendforeach()`)).toContain('Expected 2 list variables');
  });

  it('gives the variable back', () => {
    expect(says('set(i before)\nforeach(i a)\nendforeach()\nmessage(STATUS "${i}")')).toEqual(['before']);
    expect(says('foreach(i a)\nendforeach()\nmessage(STATUS "<${i}>")')).toEqual(['<>']);
  });

  it.each([
    ['foreach()\nendforeach()', 'incorrect number of arguments'],
    ['foreach(i RANGE 3 1 1)\nendforeach()', 'incorrect range specification'],
    ['foreach(i RANGE x)\nendforeach()', "Invalid integer: 'x'"],
    ['foreach(i IN x)\nendforeach()', 'Unknown argument: x'],
    ['foreach(i j IN LISTS x)\nendforeach()', 'require exactly one iteration variable'],
    ['foreach(i IN LISTS x ZIP_LISTS y)\nendforeach()', 'ZIP_LISTS can not be used'],
    ['break()', 'A BREAK command was found outside'],
    ['continue()', 'A CONTINUE command was found outside'],
    ['foreach(i a)\nbreak(x)\nendforeach()', 'does not accept any arguments'],
    [
      'function(f)\nbreak()\nendfunction()\nforeach(i a)\nf()\nendforeach()',
      'A BREAK command was found outside',
    ],
  ])('%j is an error', (script, message) => {
    expect(failsWith(script)).toContain(message);
  });
});

describe('leaving a loop', () => {
  const loop = (body: string) => says(`foreach(i a b c)\n${body}\nmessage(STATUS "\${i}")\nendforeach()`);

  it('ends it, or the round', () => {
    expect(loop('if(i STREQUAL b)\nbreak()\nendif()')).toEqual(['a']);
    expect(loop('if(i STREQUAL b)\ncontinue()\nendif()')).toEqual(['a', 'c']);
  });

  it('works through a macro, and not through a file', () => {
    expect(
      says('macro(m)\nbreak()\nendmacro()\nforeach(i a b)\nmessage(STATUS "${i}")\nm()\nendforeach()'),
    ).toEqual(['a']);
    const file = { 'x.cmake': 'break()\nmessage(STATUS on)\n' };
    expect(says('foreach(i a)\ninclude(x.cmake)\nendforeach()', file)).toEqual(['on']);
    expect(
      evaluateScript('macro(m)\ncontinue()\nendmacro()\nforeach(i a)\nm()\nendforeach()').errors[0],
    ).toContain('is not evaluated');
  });
});

describe('while', () => {
  it('goes on while its condition holds', () => {
    const body = 'string(APPEND A x)\nmessage(STATUS "${A}")';
    expect(says(`while(NOT A STREQUAL "xx")\n${body}\nendwhile()`)).toEqual(['x', 'xx']);
    expect(says(`while(TRUE)\n${body}\nif(A STREQUAL "xx")\nbreak()\nendif()\nendwhile()`)).toEqual([
      'x',
      'xx',
    ]);
    expect(failsWith('while()\nendwhile()')).toContain('incorrect number of arguments');
  });
});
