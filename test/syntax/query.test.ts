import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Language, Node } from '../../src/syntax/document.js';
import { Documents } from '../../src/syntax/parser.js';
import { descendants, identifiers, textOf, walk } from '../../src/syntax/query.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const rootOf = async (text: string, language: Language): Promise<Node> =>
  (await documents.parse({ path: 'a', text }, language)).root;

const PYTHON =
  'import a as b\nclass C:\n    def f(self, ab): return ab.b(b, "b", b2=b)\ndef g(): b: int = f(b)\n';
const CUDA =
  'struct S { int f() { return g<T>(1); } };\ntemplate <typename T> int g(int a) { return f(h(a)); }\n';

const outlineOf = (nodes: readonly Node[]) => nodes.map(({ type, startIndex }) => [type, startIndex]);

describe('descendants', () => {
  it.each<[Language, string, string[]]>([
    ['python', PYTHON, ['function_definition', 'class_definition', 'aliased_import', 'identifier', 'call']],
    [
      'cuda',
      CUDA,
      ['function_definition', 'struct_specifier', 'call_expression', 'template_type', 'identifier'],
    ],
  ])(
    'are those that a walk over %s meets, in its order, whichever types are asked for',
    async (language, text, types) => {
      const root = await rootOf(text, language);
      const all = [...walk(root)];
      fc.assert(
        fc.property(fc.subarray(types, { minLength: 1 }), (some) => {
          const met = all.filter(({ type }) => some.includes(type));
          expect(outlineOf(descendants(root, ...some))).toEqual(outlineOf(met));
        }),
      );
    },
  );
});

describe('identifiers', () => {
  it.each([
    ['python', PYTHON],
    ['cuda', CUDA],
  ] as const)('are the identifiers of %s whose text is the name', async (language, text) => {
    const root = await rootOf(text, language);
    const names = ['a', 'b', 'ab', 'f', 'g', 'self', 'none', ''];
    for (const node of [root, ...descendants(root, 'function_definition')]) {
      for (const name of names) {
        const met = [...walk(node)].filter((one) => one.type === 'identifier' && textOf(one, text) === name);
        expect(outlineOf(identifiers(node, name, text))).toEqual(outlineOf(met));
      }
    }
  });
});
