import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readAll } from '../../src/source/locate.js';
import { blankBom, toBytes } from '../../src/source/text.js';
import { blankMacros } from '../../src/syntax/blank.js';
import type { Language } from '../../src/syntax/document.js';
import { Documents } from '../../src/syntax/parser.js';
import { descendants, isSafe, textOf } from '../../src/syntax/query.js';
import { allFixtures } from '../support/fixture.js';
import { hasMirror, treeAt } from '../support/mirrors.js';
import { outline, parseNatively } from '../support/trees.js';

let documents = new Documents();
afterEach(() => {
  documents.dispose();
  documents = new Documents();
});

const parse = (text: string, language: Language) => documents.parse({ path: 'f', text }, language);

const languagesOf = (path: string): Language[] => {
  if (path.endsWith('.py')) return ['python'];
  return /\.(?:cu|cuh|h|hpp|cpp|cc)$/.test(path) ? ['cuda', 'cpp'] : [];
};

async function expectSameTrees(path: string, text: string): Promise<void> {
  for (const language of languagesOf(path)) {
    const { root } = await parse(text, language);
    const code = blankBom(text);
    const blanked = language === 'python' ? code : blankMacros(code);
    expect(outline(root) === outline(parseNatively(blanked, language)), `${path} as ${language}`).toBe(true);
  }
}

describe('WASM and native trees', () => {
  it('are equal on every fixture', async () => {
    const texts = new Map<string, string>();
    for (const { tree } of allFixtures()) {
      for (const { path, text } of await readAll({ tree }, await tree.paths())) {
        if (languagesOf(path).length > 0) texts.set(`${path}\0${text}`, text);
      }
    }
    expect(texts.size).toBeGreaterThan(2);
    for (const [key, text] of texts) await expectSameTrees(key.slice(0, key.indexOf('\0')), text);
  });

  it.skipIf(!hasMirror('vllm'))('are equal on real files (needs DGX_PATCH_MIRRORS)', async () => {
    const tree = await treeAt('vllm', '3b30e6150777');
    const paths = (await tree.paths()).filter((path) =>
      /csrc\/quantization\/fp4\/.*|models\/qwen3_next.*\.py$/.test(path),
    );
    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) await expectSameTrees(path, (await tree.read(path))!.text);
    tree.close();
  });
});

describe('offsets', () => {
  it.each<[Language, string, string]>([
    ['cuda', '// 中文 🚀 é\nint one = 1; /* 句点 */ int wanted = 2;\n', 'number_literal'],
    ['cpp', '/* 🧑‍🚀 */ const char* s = "中文…"; int wanted = 2;\n', 'number_literal'],
    ['python', '# 中文 🚀 à\ns = "🦀…"\nwanted = 2\n', 'integer'],
  ])('are bytes, in %s', async (language, unicode, type) => {
    const text = toBytes(unicode);
    const { root } = await parse(text, language);
    const number = descendants(root, type).at(-1)!;
    expect(number.startIndex).toBe(Buffer.from(unicode, 'utf8').lastIndexOf('2'));
    expect(textOf(number, text)).toBe('2');
    expect(root.hasError).toBe(false);
  });

  it('are bytes in text of any bytes within comments', async () => {
    const comment = fc.uint8Array({ maxLength: 40 }).map((all) =>
      Buffer.from(all)
        .toString('latin1')
        .replace(/[\n\r\\\0]/g, ' '),
    );
    await fc.assert(
      fc.asyncProperty(comment, async (bytes) => {
        for (const [language, mark, end] of [
          ['cuda', '//', ';'],
          ['python', '#', ''],
        ] as const) {
          const text = `${mark}${bytes}\nwanted = 2${end}\n`;
          const found = descendants((await parse(text, language)).root, 'identifier').at(-1)!;
          expect(found.startIndex).toBe(text.lastIndexOf('wanted'));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('count a carriage return', async () => {
    const text = 'int a;\r\nint wanted;\r\n';
    const { root } = await parse(text, 'cuda');
    expect(descendants(root, 'identifier').at(-1)!.startIndex).toBe(text.indexOf('wanted'));
  });
});

describe('Documents', () => {
  it('parses a text once, and another text of the same path anew', async () => {
    const first = await parse('int a;', 'cuda');
    expect(await parse('int a;', 'cuda')).toBe(first);
    expect(await parse('int b;', 'cuda')).not.toBe(first);
    expect(await parse('int a;', 'cpp')).not.toBe(first);
  });

  it('parses the same text from many callers at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => parse('int a;', 'cuda')));
    expect(new Set(all).size).toBe(1);
  });
});

describe('blankMacros', () => {
  it.each([
    ['CUTLASS_DEVICE void f();', '               void f();'],
    ['__launch_bounds__(A * (B + 1), 2) f', `${' '.repeat(34)}f`],
    ['__launch_bounds__(\r\n  A) f', '                  \r\n     f'],
    ['CUTLASS_DEVICES and MY_CUTE_DEVICE', 'CUTLASS_DEVICES and MY_CUTE_DEVICE'],
    [
      '#if 0 // no\na\n#if B\nb\n#endif\n#else\nc\n#endif',
      '#if 0 // no\n \n     \n \n      \n#else\nc\n#endif',
    ],
    ['#if 0 || A\na\n#endif\n#if 0\nb', '#if 0 || A\na\n#endif\n#if 0\nb'],
  ])('%j', (text, blanked) => {
    expect(blankMacros(text)).toBe(blanked);
  });

  it('keeps length and line ends of any text', () => {
    const word = fc.constantFrom(
      'CUTE_UNROLL',
      '__launch_bounds__',
      '(',
      ')',
      ' ',
      '\n',
      '\r\n',
      'x',
      '\xe4',
      '__restrict__',
      ',',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const text = words.join('');
        const blanked = blankMacros(text);
        expect(blanked.length).toBe(text.length);
        for (let at = 0; at < text.length; at += 1) {
          if (blanked[at] !== text[at]) expect([blanked[at], /[\r\n]/.test(text[at]!)]).toEqual([' ', false]);
        }
      }),
    );
  });

  it('gives original bytes for the text of a node', async () => {
    const text = 'void f(int* __restrict__ p) {}';
    const { root } = await parse(text, 'cuda');
    expect(textOf(descendants(root, 'parameter_declaration')[0]!, text)).toBe('int* __restrict__ p');
  });
});

describe('isSafe', () => {
  it('is local: an error elsewhere in the file does no harm', async () => {
    const text = 'void ok() { a = 1; }\nvoid broken() { x = = = ; } }\n';
    const { root } = await parse(text, 'cuda');
    const [ok, broken] = descendants(root, 'function_definition');
    expect(root.hasError).toBe(true);
    expect(isSafe(ok!)).toBe(true);
    expect(isSafe(broken!)).toBe(false);
  });
});

describe('a byte order mark', () => {
  const BOM = '\xef\xbb\xbf';

  it('changes neither what is parsed behind it nor where that is', async () => {
    for (const [language, code] of [
      ['python', 'class Layer:\n    pass\n'],
      ['cuda', '// Says what follows.\nstruct Layer { int rows; };\n'],
    ] as const) {
      const { root } = await parse(BOM + code, language);
      const plain = await parse(code, language);
      expect(root.hasError).toBe(false);
      const [marked, bare] = [root, plain.root].map((each) =>
        descendants(each, 'class_definition', 'struct_specifier'),
      );
      expect(marked).toHaveLength(1);
      expect(marked![0]!.startIndex).toBe(bare![0]!.startIndex + BOM.length);
    }
  });
});
