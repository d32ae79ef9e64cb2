import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { choiceOf } from '../../../src/author/torture/choice.js';
import { mutate, NAMES, PLACE, SPLIT } from '../../../src/author/torture/mutant.js';
import { Documents } from '../../../src/syntax/parser.js';
import { hasPython, runPython } from '../../support/python.js';
import { tempFolder } from '../../support/temp.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const PYTHON = `"""A program of what mutations are about."""
from math import floor as down, gcd
from os.path import join


class Gate:
    def __init__(self, major, minor=0):
        self.major, self.minor = major, minor

    def admits(self, version, *, low=120, high=130):
        limit = high - 1
        if version < low or version > limit:
            return False
        elif self.major == 12 and not self.minor > 1:
            return True
        elif self.minor == 77:
            return None
        return gcd(version, 12) == 12

    @property
    def name(self):
        return f"sm_{self.major}{self.minor}" if self.minor < 10 else join("a", 'b')


def tile(rows, width):
    if rows <= 64:
        return down(rows / 2)
    else:
        # the larger ones
        size = rows * 16
        while size > 200:
            size -= 48
        return size


def scaled(value):
    return {"low": value % 17, "high": (value >= 100, "high" in "the highest")}


RESULT = [
    (gate.admits(version, high=126, low=118), gate.name, tile(version, 1), scaled(version))
    for gate in (Gate(12, 1), Gate(10), Gate(9, minor=77))
    for version in (89, 100, 119, 120, 121, 125, 126, 132)
]
`;

const CPP = `#include <cstdio>

namespace sample {

static int tile(int rows) {
  if (rows <= 64) {
    return rows / 2;
  } else if (rows == 96 || rows == 100) {
    return 12;
  } else {
    int size = rows * 16;
    while (size > 200) size -= 48;
    return size;
  }
}

static bool admits(int version, int minor) {
  const int limit = 130 - 1;
  if (version < 120 || version > limit) {
    return false;
  }
  return minor <= 1 && version % 10 != 7;
}

}  // namespace sample

int main() {
  for (int version = 80; version < 140; ++version) {
    std::printf("%d %d %d\\n", version, sample::tile(version), sample::admits(version, version % 10));
  }
  return 0;
}
`;

/** Mutants of one file, by each mutation alone and by all of them; split as well if it need not be `whole`. */
async function mutantsOf(path: string, text: string, seeds: readonly number[], whole = true) {
  const found: { name: string; text: string; files: ReadonlyMap<string, string> }[] = [];
  for (const seed of seeds) {
    const inOne = NAMES.filter((name) => name !== PLACE && name !== SPLIT);
    for (const names of [...inOne.map((name) => [name]), inOne, ...(whole ? [] : [[...inOne, SPLIT]])]) {
      const { files } = await mutate(new Map([[path, text]]), names, choiceOf(seed), documents);
      const mutant = files.get(path)!;
      if (mutant !== text) found.push({ name: `${names.join('+')}, seed ${seed}`, text: mutant, files });
    }
  }
  return found;
}

const RUN = `
import json, sys
results = []
for text in json.load(sys.stdin):
    names = {}
    exec(compile(text.encode("latin-1"), "mutant", "exec"), names)
    results.append(repr(names["RESULT"]))
print(json.dumps(results))
`;

describe.skipIf(!hasPython)('mutated Python (needs python3)', () => {
  it('computes what it computed', async () => {
    const mutants = await mutantsOf('gate.py', PYTHON, [1, 2, 3, 4, 5, 6, 7, 8]);
    const [want, ...got] = runPython(RUN, [PYTHON, ...mutants.map(({ text }) => text)]) as string[];
    expect(mutants.length).toBeGreaterThan(80);
    for (const [at, { name, text }] of mutants.entries()) expect(got[at], `${name}:\n${text}`).toBe(want);
  });
});

describe.skipIf(spawnSync('g++', ['--version']).status !== 0)('mutated C++ (needs g++)', () => {
  const outputOf = (dir: string, files: ReadonlyMap<string, string>): string => {
    for (const [path, text] of files) writeFileSync(join(dir, path), text, 'latin1');
    execFileSync('g++', ['-std=c++17', '-O0', '-o', join(dir, 'a'), join(dir, 'gate.cpp')]);
    return execFileSync(join(dir, 'a'), { encoding: 'utf8' });
  };

  it('computes what it computed', async () => {
    const dir = tempFolder();
    const want = outputOf(dir, new Map([['gate.cpp', CPP]]));
    const mutants = await mutantsOf('gate.cpp', CPP, [3], false);
    expect(mutants.length).toBeGreaterThan(8);
    for (const { name, text, files } of mutants) expect(outputOf(dir, files), `${name}:\n${text}`).toBe(want);
  });
});
