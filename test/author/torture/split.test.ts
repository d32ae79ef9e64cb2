import { afterAll, describe, expect, it } from 'vitest';
import { choiceOf } from '../../../src/author/torture/choice.js';
import { mutate, SPLIT, subjectOf } from '../../../src/author/torture/mutant.js';
import { joined, split } from '../../../src/author/torture/split.js';
import { Documents } from '../../../src/syntax/parser.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const CPP = `#pragma once
namespace sample {
int half(int rows) { return rows / 2; }

int twice(int rows) { return rows * 2; }
}  // namespace sample
`;
const PYTHON = `import os

LIMIT = 3


def bounded(rows):
    return min(rows, LIMIT)


def cores():
    return os.cpu_count() or 1
`;

const parts = async (path: string, text: string, seed: number) =>
  split((await subjectOf(path, text, documents))!, choiceOf(seed));

describe('a file that is split', () => {
  it('takes in a function of C++ where it stood', async () => {
    const found = (await parts('csrc/rows.cuh', CPP, 1))!;
    expect(found.part.path).toBe('csrc/rows_part.cuh');
    expect(found.text).toContain('\n#include "rows_part.cuh"\n');
    expect(found.text.includes('half') ? 1 : 2).toBe(found.part.text.includes('half') ? 2 : 1);
    expect((await parts('csrc/rows.cu', CPP, 1))!.part.path).toBe('csrc/rows_part.cuh');
    expect((await parts('csrc/rows.hpp', CPP, 1))!.part.path).toBe('csrc/rows_part.hpp');
  });

  it('takes a function of Python with its imports, if it needs nothing else of the module', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { text, part } = (await parts('pkg/rows.py', PYTHON, seed))!;
      expect(text).toContain('from .rows_part import cores\n');
      expect(part).toEqual({
        path: 'pkg/rows_part.py',
        text: 'import os\n# the part\ndef cores():\n    return os.cpu_count() or 1\n',
      });
    }
    expect(await parts('pkg/__init__.py', PYTHON, 1)).toBeUndefined();
  });

  it('is one again, whatever moved first', async () => {
    const files = new Map([
      ['csrc/rows.cuh', CPP],
      ['pkg/rows.py', PYTHON],
      ['pkg/limit.py', 'LIMIT = 3\n'],
    ]);
    const mutant = await mutate(files, [SPLIT, 'moved-file'], choiceOf(5), documents);
    expect(mutant.files.size).toBe(5);
    const whole = joined(mutant.files);
    expect([...whole.values()].sort()).toEqual([...files.values()].sort());
  });
});
