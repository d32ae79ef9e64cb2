import { afterAll, describe, expect, it } from 'vitest';
import { Documents } from '../../src/syntax/parser.js';
import {
  assignmentsTo,
  bases,
  calleeName,
  callsOf,
  classes,
  enclosingFunction,
  keywordValue,
  methods,
  nameOf,
  parameters,
  positional,
  sameCode,
  statements,
  stringValue,
  suffixed,
} from '../../src/syntax/python.js';
import { bare, descendants, field, textOf } from '../../src/syntax/query.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const parse = async (text: string) => (await documents.parse({ path: 'x.py', text }, 'python')).root;

const SOURCE = `
@decorated
class Inner(nn.Module, base.Mixin, metaclass=Meta):
    """A docstring."""

    # a comment
    @property
    def kind(self) -> str:
        return f"{self.name}.kind"

    def make(self, width: int, *, prefix="", **rest):
        layer = (Linear(width, bias=False, prefix=f"{prefix}.proj"))
        self.layer = lambda x: layer(x)
        return layer
`;

describe('definitions', () => {
  it('have names, bases, methods and parameters, decorators and comments aside', async () => {
    const [cls] = classes(await parse(SOURCE));
    expect(nameOf(cls!, SOURCE)).toBe('Inner');
    expect(bases(cls!, SOURCE)).toEqual(['Module', 'Mixin']);
    expect(methods(cls!).map((fn) => nameOf(fn, SOURCE))).toEqual(['kind', 'make']);
    expect(parameters(methods(cls!)[1]!, SOURCE)).toEqual(['self', 'width', 'prefix', 'rest']);
    expect(statements(cls!).map(({ type }) => type)).toEqual([
      'expression_statement',
      'function_definition',
      'function_definition',
    ]);
  });

  it('enclose their nodes, lambdas included', async () => {
    const root = await parse(SOURCE);
    const within = callsOf(root, 'layer', SOURCE).map((call) => enclosingFunction(call)?.type);
    expect(within).toEqual(['lambda']);
  });
});

describe('calls and values', () => {
  it('are read by name, whatever they are called on', async () => {
    const text = 'a.b.f(1, *args, key=(None))\nf()\ng(f)\n';
    const root = await parse(text);
    const calls = callsOf(root, 'f', text);
    expect(calls.map((call) => textOf(call, text))).toEqual(['a.b.f(1, *args, key=(None))', 'f()']);
    expect(calleeName(calls[0]!, text)).toBe('f');
    expect(positional(field(calls[0], 'arguments')).map((node) => textOf(node, text))).toEqual([
      '1',
      '*args',
    ]);
    expect(bare(keywordValue(calls[0]!, 'key', text))?.type).toBe('none');
    expect(keywordValue(calls[1]!, 'key', text)).toBeUndefined();
  });

  it('are read by the name that an import gave another one', async () => {
    const text = 'from a.b import build as made, Base as Other\n\n\nclass C(Other):\n    x = made(1)\n';
    const root = await parse(text);
    expect(callsOf(root, 'build', text)).toHaveLength(1);
    expect(callsOf(root, 'made', text)).toHaveLength(0);
    expect(bases(classes(root)[0]!, text)).toEqual(['Base']);
  });

  it('find the assignments to exactly one target', async () => {
    const root = await parse(SOURCE);
    expect(assignmentsTo(root, 'layer', SOURCE)).toHaveLength(1);
    expect(assignmentsTo(root, 'self.layer', SOURCE)).toHaveLength(1);
  });
});

describe('strings', () => {
  const strings = async (text: string) => descendants(await parse(text), 'string', 'concatenated_string');

  it.each([
    ['"mtp"', 'mtp'],
    ["'mtp'", 'mtp'],
    ['""', ''],
    ['f"{prefix}.fc"', undefined],
    ['f"plain"', 'plain'],
    ['"mt" "p"', 'mtp'],
    ['"mt" f"{p}"', undefined],
  ])('%s is %s', async (text, value) => {
    expect(stringValue((await strings(text))[0], text)).toBe(value);
  });

  it.each([
    ['f"{prefix}.fc"', { name: 'prefix', suffix: '.fc' }],
    ["f'{self.prefix}.a.b'", { name: 'self.prefix', suffix: '.a.b' }],
    ['f"{prefix}"', undefined],
    ['f".{prefix}.fc"', undefined],
    ['f"{prefix}.layers.{i}"', undefined],
    ['".fc"', undefined],
  ])('%s has the suffix %j', async (text, parts) => {
    expect(suffixed((await strings(text))[0], text)).toEqual(parts);
  });
});

describe('code', () => {
  const same = async (a: string, b: string) => sameCode(await parse(a), a, await parse(b), b);

  it('is the same in another layout, with other quotes and comments', async () => {
    const a = 'if f("a", r"\\d") and not g:\n    return {"k": [1, 0x1f, "long" "er"]}\n';
    const b =
      "if f(\n    'a',  # why\n    r'\\d',\n) and \\\n  not g:\n\n        return {\n  'k': [1, 31, 'longer',],\n}\n";
    expect(await same(a, b)).toBe(true);
  });

  it.each([
    ['f("a")', 'f(r"a")'],
    ['f("a")', 'f("A")'],
    ['f(a, b)', 'f(b, a)'],
    ['a and b', 'a or b'],
    ['f(a)', 'f(a, )[0]'],
  ])('%s and %s are not the same', async (a, b) => {
    expect(await same(a, b)).toBe(false);
  });
});
