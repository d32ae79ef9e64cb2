import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activeRanges, deviceMacros, isCompiled } from '../../../src/evaluate/preprocessor/activity.js';
import { conditionalFile } from '../../support/preprocessor.js';
import { tempFolder } from '../../support/temp.js';

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

/** The text that is active, without what directives stand on. */
const active = (text: string, macros: Record<string, string> = {}): string =>
  activeRanges(text, new Map(Object.entries(macros)))
    .map(({ start, end }) => text.slice(start, end))
    .join('');

const holds = (condition: string, macros: Record<string, string> = {}): boolean =>
  active(`#if ${condition}\nyes\n#endif\n`, macros) === 'yes\n';

describe('activeRanges', () => {
  it.each([
    ['else', '#if A\n1\n#else\n2\n#endif\n3\n', '1\n3\n', '2\n3\n'],
    ['elif after a taken branch', '#if A\n1\n#elif 1\n2\n#else\n3\n#endif', '1\n', '2\n'],
    ['nested conditions', '#ifdef A\n#if 0\n1\n#else\n2\n#endif\n#endif\n3', '2\n3', '3'],
    ['ifndef and include guards', '#ifndef G\n#define G\n1\n#ifdef A\n2\n#endif\n#endif', '1\n2\n', '1\n'],
    ['macros defined under conditions', '#if A\n#define B 1\n#endif\n#if B\n1\n#endif\n', '1\n', ''],
    ['undef, with a comment', '#undef A // gone\n#ifdef A\n1\n#endif\n2\n', '2\n', '2\n'],
    ['elifdef', '#if 0\n#elifdef A\n1\n#elifndef A\n2\n#endif\n', '1\n', '2\n'],
    ['continued conditions', '#if defined(A) && \\\n    A\n1\n#endif\n', '1\n', ''],
    ['CRLF', '#if A \\\r\n && 1\r\n1\r\n#else\r\n2\r\n#endif\r\n', '1\r\n', '2\r\n'],
    ['a byte order mark', '\xef\xbb\xbf#if A\n1\n#endif\n', '1\n', ''],
    ['a directive after a comment', '/* a\nb */ #if A\n1\n#endif\n', '1\n', ''],
    ['a missing endif', '#if A\n1', '1', ''],
    ['a stray endif', '#endif\n#if A\n1\n#endif\n', '1\n', ''],
  ])('%s', (_name, text, withA, withoutA) => {
    expect(active(text, { A: '1' })).toBe(withA);
    expect(active(text)).toBe(withoutA);
  });

  it.each([
    ['a block comment', '/*\n#if 0\n*/\n1\n'],
    ['a continued line comment', '// a \\\n#if 0\n1\n'],
    ['a raw string', 'auto s = R"(\n#if 0\n)";\n1\n'],
  ])('takes no directive out of %s', (_name, text) => {
    expect(active(text)).toBe(text);
  });

  it.each(['s = "/*";', "c = '\"'; d = '/*';", "n = 1'000'000; /* ' */", 's = "\\"/*";', "#error don't /*"])(
    'is not led astray by %s',
    (code) => {
      expect(active(`${code}\n#if 0\n1\n#endif\n2\n`)).toBe(`${code}\n2\n`);
    },
  );

  it('says of a byte whether it is compiled', () => {
    const text = '#if A\none\n#else\ntwo\n#endif\n';
    expect(isCompiled(text, text.indexOf('one'), new Map([['A', '1']]))).toBe(true);
    expect(isCompiled(text, text.indexOf('two'), new Map([['A', '1']]))).toBe(false);
    expect(isCompiled(text, 0, new Map())).toBe(false);
  });
});

describe('conditions', () => {
  it.each([
    '1 + 2 * 3 == 7',
    '(1 + 2) * 3 == 9',
    '0x4B0 == 1200 && 010 == 8 && 0b11 == 3',
    "1'000 == 1000 && 12UL == 12",
    '!0 && ~0 == -1',
    '0 ? 1 / 0 : 1',
    '1 << 40 == 0x10000000000',
    '-7 / 2 == -3 && -7 % 3 == -1',
    'true and not false',
    'UNKNOWN == 0',
    '!defined UNKNOWN && !defined(UNKNOWN)',
    '__has_include("x.h") || 1',
    'UNKNOWN(1, (2)) == 0',
  ])('%s', (condition) => {
    expect(holds(condition)).toBe(true);
    expect(holds(`!(${condition})`)).toBe(false);
  });

  it('substitutes the text of a macro, and not its value', () => {
    expect(holds('TWO * 2 == 3', { TWO: '1 + 1' })).toBe(true);
    expect(holds('A', { A: 'B', B: 'A' })).toBe(false);
    expect(holds('HAS', { HAS: 'defined(X)', X: '' })).toBe(true);
  });

  it('expands function-like macros, and counts them as defined', () => {
    const file = (condition: string) =>
      `#define AT_LEAST(major, minor) (VERSION >= major * 1000 + minor * 10)\n#define FEAT(x) defined(FEAT_##x)\n#define NAME AT_LEAST\n#if ${condition}\n1\n#endif\n`;
    const macros = { VERSION: '12080', FEAT_SM120: '1' };
    expect(active(file('AT_LEAST(12, 8)'), macros)).toBe('1\n');
    expect(active(file('AT_LEAST(12, 9)'), macros)).toBe('');
    expect(active(file('NAME(12, (8))'), macros)).toBe('1\n');
    expect(active(file('FEAT(SM120) && !FEAT(SM100)'), macros)).toBe('1\n');
    expect(active(file('defined(AT_LEAST) && AT_LEAST == 0'), macros)).toBe('1\n');
  });
});

describe('deviceMacros', () => {
  it.each([
    ['121', ['__CUDA_ARCH__']],
    ['121f', ['__CUDA_ARCH__', '__CUDA_ARCH_FAMILY_SPECIFIC__']],
    ['121a', ['__CUDA_ARCH__', '__CUDA_ARCH_FAMILY_SPECIFIC__', '__CUDA_ARCH_SPECIFIC__']],
  ])('of %s', (sm, names) => {
    const macros = deviceMacros(sm);
    expect(
      [...macros]
        .filter(([, value]) => value === '1210')
        .map(([name]) => name)
        .filter((name) => name !== '__CUDA_ARCH_LIST__'),
    ).toEqual(names);
    expect(macros.has('__CUDA_ARCH_FEAT_SM121_ALL')).toBe(sm === '121a');
  });

  it('knows no other names', () => {
    expect(() => deviceMacros('12.1')).toThrow(/not an sm target/);
  });

  it.skipIf(!has('nvcc'))('are those of nvcc (needs nvcc)', () => {
    const empty = join(tempFolder(), 'e.cu');
    writeFileSync(empty, '');
    for (const sm of ['90a', '100f', '120', '120f', '121', '121a', '121f']) {
      const args = ['-gencode', `arch=compute_${sm},code=sm_${sm}`, '-E', '-Xcompiler', '-dM', empty];
      const { stdout } = spawnSync('nvcc', args, { encoding: 'utf8' });
      const theirs = new Map(
        [...stdout.matchAll(/^#define (\w+) (.*)$/gm)].map(([, name, value]) => [name!, value!]),
      );
      const ours = deviceMacros(sm);
      // cuda.h defines it: no translation unit of its own.
      ours.delete('CUDA_VERSION');
      for (const [name, value] of ours) {
        if (name !== '__CUDACC__') expect([name, theirs.get(name)]).toEqual([name, value]);
      }
      for (const name of theirs.keys())
        if (name.startsWith('__CUDA_ARCH_')) expect(ours.has(name)).toBe(true);
    }
  });
});

describe.skipIf(!has('g++'))('beside g++ (needs g++)', () => {
  const MACROS = { A: '1', B: '2' };

  const seenByCompiler = (text: string): string[] => {
    const args = [
      '-E',
      '-P',
      '-std=c++17',
      '-x',
      'c++',
      ...Object.entries(MACROS).map(([name, body]) => `-D${name}=${body}`),
      '-',
    ];
    const out = execFileSync('g++', args, {
      input: Buffer.from(text, 'latin1'),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return [...out.toString('latin1').matchAll(/\bline (\d+);/g)].map((match) => match[1]!);
  };

  it('sees the same lines in generated files', () => {
    fc.assert(
      fc.property(conditionalFile, ({ text, hasCode }) => {
        fc.pre(hasCode);
        let theirs: string[] | undefined;
        try {
          theirs = seenByCompiler(text);
        } catch {
          // Not C: an operator with nothing beside it, where a macro is empty. Another one is made.
        }
        fc.pre(theirs !== undefined);
        const ours = [...active(text, MACROS).matchAll(/\bline (\d+);/g)].map((match) => match[1]!);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 100 },
    );
  });
});
