import { afterAll, describe, expect, it } from 'vitest';
import { canonical } from '../../../src/author/torture/canon.js';
import { MUTATIONS } from '../../../src/author/torture/catalogue.js';
import { choiceOf } from '../../../src/author/torture/choice.js';
import { type Files, mutate, subjectOf } from '../../../src/author/torture/mutant.js';
import { Documents } from '../../../src/syntax/parser.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const PYTHON = `import os

from platforms import current_platform


def major(version):
    return version // 10 if current_platform.known(version) else None


def minor(version):
    return version % 10


class Layer:
    def first(self, capability, *, name="layers"):
        limit = 120
        wide = capability.major == 12 and capability.minor >= 0
        if wide or capability == limit:
            return build("decoder.layers", name, scale=16, blocks=[1, 2, 3])
        elif limit > 90:
            return None
        return not wide

    def second(self):
        return self.first(
            (12, 1),
            name="mtp.layers",
        )
`;
const CPP = `namespace vllm {
#if defined(ENABLE_SM120) && __CUDA_ARCH__ >= 1200
static int half(int rows) { return rows / 2; }

static int twice(int rows) { return rows * 2; }

static int pick(int version, int rows) {
  int tile = 128;
  if (version >= 120 && version < 130) {
    return launch(version, rows * tile, 16);
  } else if (rows == 0x40) {
    return 0;
  }
  return tile;
}
#endif
}  // namespace vllm
`;
const CMAKE = `set(ARCHS "12.0f;12.1a")  # the list
cuda_archs_loose_intersection(FP4_ARCHS "\${ARCHS}" "\${CUDA_ARCHS}")
if(FP4_ARCHS)
  set_gencode_flags_for_srcs(SRCS "a.cu" CUDA_ARCHS "\${FP4_ARCHS}")
endif()
`;
const FILES: Files = new Map([
  ['a.py', PYTHON],
  ['a.cu', CPP],
  ['cmake/a.cmake', CMAKE],
]);

async function meaning(path: string, text: string, names: ReadonlyMap<string, string> = new Map()) {
  const subject = (await subjectOf(path, text.replace(/^\xef\xbb\xbf/, ''), documents))!;
  expect(subject.root?.hasError ?? false, `${path} no longer parses:\n${text}`).toBe(false);
  return canonical(subject, names);
}

describe.each(MUTATIONS)('$name', ({ name, styles }) => {
  it('changes the text of each language that it knows, and the meaning of none', async () => {
    const touched = new Set<string>();
    for (let seed = 1; seed <= 20; seed += 1) {
      const { files, names } = await mutate(FILES, [name], choiceOf(seed), documents);
      for (const [path, text] of files) {
        if (text !== FILES.get(path)) touched.add(path);
        expect(await meaning(path, text, names), `${name}, seed ${seed}:\n${text}`).toBe(
          await meaning(path, FILES.get(path)!),
        );
      }
    }
    expect(touched.size).toBeGreaterThan(0);
    expect(touched.size).toBeLessThanOrEqual(styles.length);
  });

  it('does the same for the same seed', async () => {
    const once = await mutate(FILES, [name], choiceOf(7), documents);
    expect(await mutate(FILES, [name], choiceOf(7), documents)).toEqual(once);
  });
});

describe('mutations one after the other', () => {
  it('keep the meaning as well: a helper whose own value goes through a local', async () => {
    const files: Files = new Map([
      ['a.py', 'def f(rows):\n    if rows > 3:\n        return 1\n    return 2\n'],
    ]);
    const names = ['through-a-helper', 'through-a-local'];
    for (let seed = 1; seed <= 40; seed += 1) {
      const mutant = await mutate(files, names, choiceOf(seed), documents);
      const text = mutant.files.get('a.py')!;
      expect(await meaning('a.py', text), text).toBe(await meaning('a.py', files.get('a.py')!));
    }
  });
});

describe('the meaning of a source', () => {
  it('is another one where a value, an operator, a name or an order of positions is', async () => {
    const same = await meaning('a.py', PYTHON);
    for (const [from, to] of [
      ['120', '121'],
      ['== 12', '!= 12'],
      [' and ', ' or '],
      ['"decoder.layers", name', 'name, "decoder.layers"'],
      ['not wide', 'wide'],
    ] as const) {
      expect(await meaning('a.py', PYTHON.replace(from, to)), from).not.toBe(same);
    }
    const code = await meaning('a.cu', CPP);
    for (const [from, to] of [
      ['>= 120', '> 120'],
      ['rows * tile', 'tile + rows'],
      ['ENABLE_SM120', 'ENABLE_SM100'],
    ] as const) {
      expect(await meaning('a.cu', CPP.replace(from, to)), from).not.toBe(code);
    }
  });
});
