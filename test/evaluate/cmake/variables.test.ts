// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { failsWith, out, says } from '../../support/cmake-script.js';

describe('set, unset and option', () => {
  it.each([
    ['a list', 'set(OUT a b "c;d")', 'a;b;c;d'],
    ['nothing', 'set(OUT a)\nset(OUT)', ''],
    ['the cache behind a variable', 'set(OUT a CACHE STRING "")', 'a'],
    ['a variable before the cache', 'set(OUT a)\nset(OUT b CACHE STRING "")', 'a'],
    ['the first value of the cache', 'set(OUT a CACHE STRING "")\nset(OUT b CACHE STRING "")', 'a'],
    ['a forced value', 'set(OUT a CACHE STRING "")\nset(OUT b CACHE STRING "" FORCE)', 'b'],
    ['what is left of the cache', 'set(OUT a CACHE STRING "")\nset(OUT b)\nunset(OUT)', 'a'],
    ['no cache', 'set(OUT a CACHE STRING "")\nunset(OUT CACHE)', ''],
    ['a path of the cache', 'set(OUT "a\\\\b//c/" CACHE PATH "")', 'a/b/c'],
    ['the environment', 'set(ENV{X} a)\nset(OUT "$ENV{X}")', 'a'],
    ['an option', 'option(OUT "")', 'OFF'],
    ['an option that is on', 'option(OUT "" yes)', 'ON'],
    ['an option that a variable has', 'set(OUT x)\noption(OUT "" ON)', 'x'],
    [
      'a number of the environment',
      'if(DEFINED ENV{HOME})\nset(OUT yes)\nelse()\nset(OUT no)\nendif()',
      'no',
    ],
  ])('give %s', (_what, script, value) => {
    expect(out(script)).toBe(value);
  });

  it('set in the scope around, and leave their own as it was', () => {
    const body = 'set(A inner PARENT_SCOPE)\nset(OUT "${A}" PARENT_SCOPE)';
    expect(out(`set(A outer)\nfunction(f)\n${body}\nendfunction()\nf()`)).toBe('outer');
    expect(out(`set(OUT outer)\nfunction(f)\nset(OUT PARENT_SCOPE)\nendfunction()\nf()`)).toBe('');
    expect(out('set(OUT a)\nset(OUT b PARENT_SCOPE)')).toBe('a');
  });

  it('hide a variable of the scope around', () => {
    const said = says(
      'set(A a)\nfunction(f)\nunset(A)\nmessage(STATUS "<${A}>")\nendfunction()\nf()\nmessage(STATUS "${A}")',
    );
    expect(said).toEqual(['<>', 'a']);
  });

  it.each(['set()', 'set(A b CACHE)', 'set(A b CACHE STRING)', 'unset()', 'unset(A B)', 'option(A)'])(
    'do not take %s',
    (script) => {
      expect(failsWith(script)).toMatch(/^CMake Error at script\.cmake:1/);
    },
  );
});
