// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinList, splitList } from '../../../src/evaluate/cmake/list.js';
import { leadingReal, wholeNumber } from '../../../src/evaluate/cmake/number.js';
import { collapse, folderOf, unixSlashes } from '../../../src/evaluate/cmake/path.js';
import { compareVersions } from '../../../src/evaluate/cmake/version.js';
import { failsWith, out } from '../../support/cmake-script.js';

describe('math', () => {
  it.each([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * -3', '-9'],
    ['7 / -2', '-3'],
    ['-7 % 3', '-1'],
    ['1 << 4 | 1 ^ 3 & 2', '19'],
    ['~0', '-1'],
    ['0x1F', '31'],
    ['9223372036854775807 + 1', '-9223372036854775808'],
    ["'2*1-1'", '1'],
  ])('%s is %s', (expression, value) => {
    expect(out(`math(EXPR OUT "${expression}")`)).toBe(value);
  });

  it('gives hexadecimal', () => {
    expect(out('math(EXPR OUT "-1" OUTPUT_FORMAT HEXADECIMAL)')).toBe('0xffffffffffffffff');
  });

  it.each(['""', '"1 +"', '"(1"', '"1 2"', '"1/0"', '"1 % 0"', '"1 << 64"', '"9223372036854775808"'])(
    '%s is an error',
    (expression) => {
      expect(failsWith(`math(EXPR OUT ${expression})`)).toMatch(
        /^CMake Error at script\.cmake:1 \(math\): math /,
      );
    },
  );

  it('takes one form', () => {
    expect(failsWith('math(ROUND OUT 1)')).toContain('sub-command ROUND');
    expect(failsWith('math(EXPR OUT 1 FORMAT x)')).toContain('option "FORMAT"');
    expect(failsWith('math(EXPR OUT 1 OUTPUT_FORMAT OCTAL)')).toContain('value "OCTAL"');
  });
});

describe('lists', () => {
  it('split and join back, where nothing in them is special', () => {
    const item = fc.string({ unit: fc.constantFrom(...'ab .-'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(item, { minLength: 2, maxLength: 6 }), (items) => {
        expect(splitList(joinList(items), true)).toEqual(items);
        expect(splitList(joinList(items))).toEqual(items.filter((own) => own !== ''));
      }),
    );
  });
});

describe('numbers', () => {
  it('are whole within 64 bits', () => {
    expect(
      [' +5', '-0', '9223372036854775807', '9223372036854775808', '5x', '', '0x5'].map(wholeNumber),
    ).toEqual([5n, 0n, 9223372036854775807n, undefined, undefined, undefined, undefined]);
  });

  it('are real as C reads them', () => {
    expect(
      ['1.5x', '.5', '5.', '1e2', '-0x1.8p1', 'infinity', 'x', '', '1e'].map(
        (text) => leadingReal(text)?.value,
      ),
    ).toEqual([1.5, 0.5, 5, 100, -3, Infinity, undefined, undefined, 1]);
  });
});

describe('versions', () => {
  const version = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 });

  it('compare by their components, missing ones as 0', () => {
    const byComponent = (a: readonly number[], b: readonly number[]) => {
      for (let at = 0; at < 4; at += 1)
        if ((a[at] ?? 0) !== (b[at] ?? 0)) return Math.sign((a[at] ?? 0) - (b[at] ?? 0));
      return 0;
    };
    fc.assert(
      fc.property(
        version,
        version,
        (a, b) => compareVersions(a.join('.'), b.join('.')) === byComponent(a, b),
      ),
    );
  });
});

describe('paths', () => {
  it.each([
    ['a/../b/./c', '/source/b/c'],
    ['/a//b/', '/a/b'],
    ['../../../x', '/x'],
  ])('%s collapses to %s', (path, value) => {
    expect(collapse(path, '/source')).toBe(value);
  });

  it('have folders', () => {
    expect(['/a/b', 'a', '/a', 'C:/a', 'a\\b', 'a//b', ''].map(folderOf)).toEqual([
      '/a',
      '',
      '/',
      'C:/',
      'a',
      'a',
      '',
    ]);
    expect(unixSlashes('//a//b/')).toBe('/a/b');
  });

  it.each([
    ['DIRECTORY', '/a/b.tar.gz', '/a'],
    ['NAME', '/a/b.tar.gz', 'b.tar.gz'],
    ['EXT', '/a/b.tar.gz', '.tar.gz'],
    ['LAST_EXT', '/a/b.tar.gz', '.gz'],
    ['NAME_WE', '/a/b.tar.gz', 'b'],
    ['NAME_WLE', '/a/b.tar.gz', 'b.tar'],
    ['ABSOLUTE', '../x', '/x'],
    ['REALPATH', 'x/./y', '/source/x/y'],
    ['ABSOLUTE', 'x BASE_DIR /b', '/b/x'],
  ])('get_filename_component gives the %s of %s', (component, path, value) => {
    const [own, ...options] = path.split(' ');
    expect(out(`get_filename_component(OUT "${own}" ${component} ${options.join(' ')})`)).toBe(value);
  });

  it('are not looked up', () => {
    expect(failsWith('get_filename_component(OUT sh PROGRAM)')).toContain('is not evaluated');
    expect(failsWith('get_filename_component(OUT "~/x" DIRECTORY)')).toContain('is not evaluated');
    expect(failsWith('get_filename_component(OUT x)')).toContain('incorrect number of arguments');
  });
});
