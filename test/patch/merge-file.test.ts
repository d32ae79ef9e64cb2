import { afterAll, describe, expect, it } from 'vitest';
import type { Parse } from '../../src/patch/language.js';
import { digests } from '../../src/patch/lineage.js';
import { mergeFile } from '../../src/patch/merge-file.js';
import { Documents } from '../../src/syntax/parser.js';

const documents = new Documents();
const parse: Parse = (file, language) => documents.parse(file, language);
afterAll(() => documents.dispose());

const merge = (base: string, ours: string, theirs: string, path = 'pkg/unit.py') =>
  mergeFile({ path, base, ours, theirs }, parse);

/** The merge must be clean, give `expected`, and change nothing where it is done again. */
async function gives(
  base: string,
  ours: string,
  theirs: string,
  expected: string,
  path?: string,
): Promise<void> {
  const { merged, places } = await merge(base, ours, theirs, path);
  expect({ merged, why: places.map(({ why }) => why).filter((why) => why) }).toEqual({
    merged: expected,
    why: [],
  });
  const again = await merge(base, expected, theirs, path);
  expect(again.merged).toBe(expected);
  expect(again.places.every(({ state }) => state === 'right')).toBe(true);
}

const BASE = `from engine.config import Cache, Engine, current
from engine.log import logger


class Decoder(Module):
    def __init__(self, config: Config, cache: Cache, prefix: str = "") -> None:
        self.cache = cache
        self.prefix = prefix

    def forward(self, x):
        if self.cache.full():
            self.cache.drop(1)
        return self.layers(x)
`;

describe('merging a file by lines', () => {
  it('makes the change beside other changes', async () => {
    const theirs = BASE.replace('drop(1)', 'drop(2)');
    const ours = BASE.replace('self.prefix = prefix', 'self.prefix = prefix + "."');
    await gives(BASE, ours, theirs, ours.replace('drop(1)', 'drop(2)'));
    const { by, places } = await merge(BASE, ours, theirs);
    expect(by).toBe('lines');
    expect(places.map(({ state }) => state)).toEqual(['wrong']);
    expect(ours.slice(places[0]!.offset)).toMatch(/^ +self\.cache\.drop/);
  });

  it('is right where the target has it, at first or with more beside it', async () => {
    const theirs = BASE.replace('drop(1)', 'drop(2)');
    expect((await merge(BASE, theirs, theirs)).places.map(({ state }) => state)).toEqual(['right']);
    const gone = theirs.replace(
      '            self.cache.drop(2)\n',
      '            self.cache.drop(2)\n            self.cache.note()\n',
    );
    expect((await merge(BASE, gone, theirs)).places.map(({ state }) => state)).toEqual(['right']);
  });

  it('keeps the line endings of the target', async () => {
    const crlf = (text: string): string => text.replace(/\n/g, '\r\n');
    const theirs = BASE.replace('drop(1)', 'drop(2)');
    await gives(BASE, crlf(BASE), theirs, crlf(theirs));
    expect((await merge(crlf(BASE), BASE, crlf(theirs))).merged).toBe(theirs);
  });

  it('merges what it has no grammar for, and gives up where lines conflict', async () => {
    await gives('a: 1\n\nb: 2\n', 'a: 3\n\nb: 2\n', 'a: 1\n\nb: 4\n', 'a: 3\n\nb: 4\n', 'conf/x.yaml');
    const { merged, places } = await merge('a: 1\n', 'a: 3\n', 'a: 2\n', 'conf/x.yaml');
    expect(merged).toBeUndefined();
    expect(places).toMatchObject([{ state: 'unknown', base: 'a: 1\n', ours: 'a: 3\n', theirs: 'a: 2\n' }]);
  });
});

describe('merging a file by units of syntax', () => {
  it('does not mind what stands beside', async () => {
    const ours = BASE.replace(
      'from engine.config',
      'from engine.compile import compiled\nfrom engine.config',
    ).replace('class Decoder', '@compiled\nclass Decoder');
    const theirs = BASE.replace('Cache, Engine, current', 'Engine, current').replace(
      'class Decoder(Module)',
      'class Decoder(Module, Quantized)',
    );
    const expected = ours
      .replace('Cache, Engine, current', 'Engine, current')
      .replace('class Decoder(Module)', 'class Decoder(Module, Quantized)');
    await gives(BASE, ours, theirs, expected);
    expect((await merge(BASE, ours, theirs)).by).toBe('units');
  });

  it('does not mind layout', async () => {
    const ours = BASE.replace(
      'def __init__(self, config: Config, cache: Cache, prefix: str = "") -> None:',
      'def __init__(\n        self,\n        config: Config,\n        cache: Cache,\n        prefix: str = "",\n    ) -> None:',
    );
    const theirs = BASE.replace('cache: Cache, prefix', 'cache: Cache | None, prefix');
    await gives(BASE, ours, theirs, ours.replace('cache: Cache,', 'cache: Cache | None,'));
  });

  it('follows a function that stands elsewhere in its class', async () => {
    const base = `class A:
    def one(self):
        start()
        return 1

    def two(self):
        return 2

    def three(self):
        return 3
`;
    const ours = `class A:
    def three(self):
        return 3

    def two(self):
        return 2

    def one(self):
        start()
        return 1
`;
    const theirs = base.replace('return 1', 'return 10').replace('return 3', 'return 30');
    await gives(base, ours, theirs, ours.replace('return 1', 'return 10').replace('return 3', 'return 30'));
  });

  it('merges inside of one expression', async () => {
    const base = 'x = f(alpha, beta, gamma)\n';
    const ours = 'x = f(alpha, beta, gamma, delta=1)\n';
    await gives(base, ours, 'x = f(omega, beta, gamma)\n', 'x = f(omega, beta, gamma, delta=1)\n');
  });

  it('merges CUDA, with macros that the grammar does not know', async () => {
    const base = `template <typename T>
__global__ void __launch_bounds__(256) scale(T* out, const T* in, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = in[i] * T(2);
}
`;
    const ours = base.replace('int n) {', 'int n, int stride) {');
    const theirs = base.replace('const T* in, int n', 'const T* __restrict__ in, int64_t n');
    await gives(
      base,
      ours,
      theirs,
      base.replace('const T* in, int n', 'const T* __restrict__ in, int64_t n, int stride'),
      'csrc/scale.cu',
    );
  });

  it('leaves alone what both changed, and says where', async () => {
    const both = [BASE, BASE.replace('drop(1)', 'drop(3)'), BASE.replace('drop(1)', 'drop(2)')] as const;
    const { merged, places } = await merge(...both);
    expect(merged).toBeUndefined();
    expect(places).toMatchObject([
      { state: 'unknown', why: expect.stringMatching(/^line 12: both changed it/) },
    ]);
  });

  it('does not guess an order', async () => {
    const base = 'def f():\n    a()\n    b()\n';
    const { merged } = await merge(
      base,
      base.replace('a()\n', 'a()\n    x()\n'),
      base.replace('a()\n', 'a()\n    y()\n'),
    );
    expect(merged).toBeUndefined();
  });

  it('says that a function is not there', async () => {
    const base = `${BASE}\n    def reset(self):\n        self.cache.clear()\n`;
    const { merged, places } = await merge(base, BASE, base.replace('clear()', 'clear(True)'));
    expect(merged).toBeUndefined();
    expect(places.map(({ state }) => state)).toEqual(['absent']);
  });

  it('does not write a second definition of what stands elsewhere', async () => {
    const added = '\n\ndef helper(x):\n    return x\n';
    const { merged, places } = await merge(BASE, `def helper(x):\n    return x\n\n\n${BASE}`, BASE + added);
    expect(merged).toBeUndefined();
    expect(places[0]!.why).toBe('the target has helper already, in another place');
  });
});

describe('what both sides have, in different places', () => {
  const base = `def f(self):
    self.heads = count(self)

    # as it is
    self.kind = kind_of(self)
    self.size = 1
`;
  const added = '    self.supports_quant = check(self)\n';

  it('is there already where units of syntax can tell, though lines would merge', async () => {
    const ours = base.replace('count(self)\n', `count(self)\n${added}`).replace('size = 1', 'size = 2');
    const theirs = base.replace('count(self)\n\n', `count(self)\n\n${added}\n`);
    const { merged, places } = await merge(base, ours, theirs);
    expect({ merged, states: places.map(({ state }) => state) }).toEqual({ merged: ours, states: ['right'] });
  });

  it('is not put there a second time where they cannot', async () => {
    const ours = base.replace('    self.size = 1\n', `    self.size = 1\n${added}`);
    const theirs = base.replace('count(self)\n\n', `count(self)\n\n${added}\n`);
    const { merged, places } = await merge(base, ours, theirs);
    expect(merged).toBeUndefined();
    expect(places).toMatchObject([
      { state: 'unknown', why: 'the target has a statement of f already, in another place' },
    ]);
  });
});

describe("upstream's earlier versions", () => {
  const earliest = `class Model:
    def plan(self, tools, kind):
        if kind == A:
            return only(A)
        return self.make(tools)
`;
  const base = earliest.replace('tools, kind', 'tools, kind, *, skip=False');
  const theirs = base.replace('kind, *', 'kind, reason=None, *');
  const lineageOf = async (...texts: string[]) => {
    const lineage = new Map<string, Set<string>>();
    for (const text of texts) {
      const document = await documents.parse({ path: 'm.py', text }, 'python');
      for (const [name, digest] of digests(document, new Set(['Model.plan']))) {
        lineage.set(name, (lineage.get(name) ?? new Set()).add(digest));
      }
    }
    return lineage;
  };

  it('tell what a target lacks because it is older', async () => {
    const versions = { path: 'm.py', base, ours: earliest, theirs };
    expect((await mergeFile(versions, parse)).merged).toBeUndefined();
    const lineage = await lineageOf(base, earliest);
    expect(await mergeFile(versions, parse, lineage)).toMatchObject({ merged: theirs, by: 'lineage' });
  });

  it('tell nothing of a function that the target has changed itself', async () => {
    const ours = earliest.replace('only(A)', 'only(B)');
    const lineage = await lineageOf(base, earliest);
    expect((await mergeFile({ path: 'm.py', base, ours, theirs }, parse, lineage)).merged).toBeUndefined();
  });

  it('do not bring along what means nothing in the target', async () => {
    const later = earliest.replace(
      '        return self.make',
      '        self.limit = self.budget.limit\n        return self.make',
    );
    const patched = later.replace('self.budget.limit\n', 'self.budget.limit\n        self.count = 1\n');
    const versions = { path: 'm.py', base: later, ours: earliest, theirs: patched };
    expect((await mergeFile(versions, parse, await lineageOf(later, earliest))).merged).toBeUndefined();
  });

  it('do not take away what upstream moved elsewhere', async () => {
    const ours = earliest.replace('kind == A', 'kind in [A, B]');
    const patched = base.replace('kind == A', 'kind in [A, C]');
    const versions = { path: 'm.py', base, ours, theirs: patched };
    expect((await mergeFile(versions, parse, await lineageOf(base, ours))).merged).toBeUndefined();
  });
});
