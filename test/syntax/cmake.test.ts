import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../../src/source/text.js';
import { type CMakeFile, CMakeSyntaxError, readCMake } from '../../src/syntax/cmake.js';
import { cmakeFile } from '../support/cmake.js';
import { hasMirror, treeAt } from '../support/mirrors.js';
import { tempFolder } from '../support/temp.js';

const argsOf = (text: string) => readCMake(text).commands.map(({ args }) => args.map(({ value }) => value));

/** Every range is its text, in order, and what is between them is only punctuation and blanks. */
function expectLossless(text: string, { commands, comments }: CMakeFile): void {
  const pieces = [
    ...comments.map(({ start, end, text: value }) => ({ start, end, value })),
    ...commands.flatMap(({ start, name, args }) => [
      { start, end: start + name.length, value: undefined },
      ...args,
    ]),
  ].sort((a, b) => a.start - b.start);
  let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
  for (const { start, end, value } of pieces) {
    expect(text.slice(at, start)).toMatch(/^[\s"()[\]=]*$/);
    if (value !== undefined) expect(text.slice(start, end)).toBe(value);
    at = end;
  }
  expect(text.slice(at)).toMatch(/^[\s"()[\]=]*$/);
  for (const { start, end, name } of commands) {
    expect(text.slice(start, start + name.length).toLowerCase()).toBe(name);
    expect(text[end - 1]).toBe(')');
  }
}

describe('readCMake', () => {
  it('gives names in lower case, lines, ranges and kinds', () => {
    const text = '# top\nSet (A "b c" [[d]] e)\nfoo()';
    expect(readCMake(text).commands).toEqual([
      {
        name: 'set',
        written: 'Set',
        start: 6,
        end: 27,
        line: 2,
        args: [
          { kind: 'unquoted', value: 'A', start: 11, end: 12 },
          { kind: 'quoted', value: 'b c', start: 14, end: 17 },
          { kind: 'bracket', value: 'd', start: 21, end: 22 },
          { kind: 'unquoted', value: 'e', start: 25, end: 26 },
        ],
      },
      { name: 'foo', written: 'foo', start: 28, end: 33, line: 3, args: [] },
    ]);
  });

  it.each([
    [
      'nested parentheses',
      'if(NOT (A AND (B OR C)))',
      ['NOT', '(', 'A', 'AND', '(', 'B', 'OR', 'C', ')', ')'],
    ],
    ['a list over lines with comments', 'set(X\n  a.cu # "one" (\n  b.cu)', ['X', 'a.cu', 'b.cu']],
    ['a comment in brackets between arguments', 'f(a #[[ ) ]] b)', ['a', 'b']],
    ['a bracket argument with brackets in it', 'f([==[a]]b]=]c]==])', ['a]]b]=]c']],
    ['the newline after an opening bracket', 'f([[\na\n]] [=[\r\nb]=])', ['a\n', 'b']],
    ['escapes', 'f(a\\ b \\( "c\\"d" "e\\\\")', ['a\\ b', '\\(', 'c\\"d', 'e\\\\']],
    ['a line continuation in quotes', 'f("a\\\nb")', ['a\\\nb']],
    ['a quoted argument over lines', 'f("a\n)\nb")', ['a\n)\nb']],
    ['legacy quotes within an argument', 'f(-Da="b c" x"y"z)', ['-Da="b c"', 'x"y"z']],
    ['a make variable', 'f($(NAME) a$(B)c)', ['$(NAME)', 'a$(B)c']],
    ['generator expressions and lists', 'f($<$<X:y>:--z> a;b "c;d")', ['$<$<X:y>:--z>', 'a;b', 'c;d']],
    ['arguments that touch', 'f("a"b[[c]])', ['a', 'b[[c]]']],
    ['a hash that ends an argument', 'f(a#b\nc)', ['a', 'c']],
    [
      'characters with the byte A0',
      toBytes('f(à "à" voilà)'),
      [toBytes('à'), toBytes('à'), toBytes('voilà')],
    ],
  ])('reads %s', (_name, text, args) => {
    expect(argsOf(text)).toEqual([args]);
    expectLossless(text, readCMake(text));
  });

  it('reads CRLF, a byte order mark and a missing final newline', () => {
    const text = '\xef\xbb\xbf# one\r\nf(a\r\n  b) # two\r\ng()';
    const file = readCMake(text);
    expect(file.commands.map(({ name, line }) => [name, line])).toEqual([
      ['f', 2],
      ['g', 4],
    ]);
    expect(file.comments.map(({ text: comment }) => comment)).toEqual(['# one', '# two']);
    expectLossless(text, file);
  });

  it.each([
    ['a command that is not closed', 'a()\n\nset(X\n  y\n', /^line 5: set\( is not closed/],
    ['a string that is not closed', 'a()\nset(X "y\n)\n', /^line 2: a quoted argument is not closed/],
    ['a bracket that is not closed', 'a()\nset(X [=[y]]\n)\n', /^line 2: a bracket is not closed/],
    ['a comment that is not closed', '#[[ a\nb', /^line 1: a bracket is not closed/],
    ['no parenthesis', 'a()\nset X', /^line 2: "\(" was expected after set/],
    ['no name', 'a()\n)', /^line 2: a command name was expected, not "\)"/],
    ['a lone backslash', 'f(\\', /^line 1: an argument was expected/],
    ['a backslash that ends a line', 'f(a\\\nb)', /^line 1: an argument was expected/],
    ['two commands on one line', 'f()\ng() h()', /^line 2: a new line was expected/],
    ['a comment in brackets before a command', '\n#[[ a ]] f()', /^line 2: a new line was expected/],
    ['a bracket argument that touches another', 'f([[a]]b)', /^line 1: a bracket argument is not separated/],
  ])('says the line of %s', (_name, text, message) => {
    expect(() => readCMake(text)).toThrow(CMakeSyntaxError);
    expect(() => readCMake(text)).toThrow(message);
  });
});

describe('properties', () => {
  it('reads generated files as they were meant, and loses nothing', () => {
    fc.assert(
      fc.property(cmakeFile('probe'), ({ text, means }) => {
        const file = readCMake(text);
        expect(
          file.commands.map(({ name, args }) => ({ name, args: args.map(({ value }) => value) })),
        ).toEqual(means);
        expectLossless(text, file);
      }),
      { numRuns: 300 },
    );
  });

  it('reads any text or says why not, and never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a(b) "#[]=\\\n$'), maxLength: 30 }), (text) => {
        try {
          expectLossless(text, readCMake(text));
        } catch (error) {
          if (!(error instanceof CMakeSyntaxError)) throw error;
          expect(error.message).toMatch(/^line \d+: /);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the arguments that cmake itself finds', () => {
    const dir = tempFolder();
    const files = fc.sample(cmakeFile('probe'), { numRuns: 60, seed: 7 });
    const source = ['macro(probe)\nendmacro()\n', ...files.map(({ text }) => text)].join('');
    writeFileSync(join(dir, 'a.cmake'), source, 'latin1');
    const trace = join(dir, 'trace');
    execFileSync(
      'cmake',
      [
        '-Wno-dev',
        '--trace-format=json-v1',
        '--trace-source=a.cmake',
        `--trace-redirect=${trace}`,
        '-P',
        join(dir, 'a.cmake'),
      ],
      { stdio: 'ignore' },
    );
    const theirs = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => /"cmd":"probe"/i.test(line))
      .map((line) => (JSON.parse(line) as { args: string[] }).args);
    const ours = argsOf(source).slice(2);
    expect(theirs.length).toBeGreaterThan(100);
    expect(ours.map((args) => args.map(unicode))).toEqual(theirs);
  });
});

const unicode = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

const REVISIONS = ['v0.9.0', 'v0.11.0', 'v0.14.0', '3b30e6150777', 'v0.18.0', 'v0.21.0rc2', '017e9f4448'];

describe.skipIf(!hasMirror('vllm'))('every CMake file of vLLM (needs DGX_PATCH_MIRRORS)', () => {
  it.each(REVISIONS)('%s', async (revision) => {
    const tree = await treeAt('vllm', revision);
    const paths = (await tree.paths()).filter((path) => /(?:^|\/)CMakeLists\.txt$|\.cmake$/.test(path));
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const { text } = (await tree.read(path))!;
      const file = readCMake(text);
      expect(file.commands.length).toBeGreaterThan(5);
      expectLossless(text, file);
    }
    tree.close();
  });
});
