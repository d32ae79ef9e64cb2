import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { judgeTree } from '../../src/judge/judge.js';
import type { Project } from '../../src/source/project.js';
import type { SourceTree } from '../../src/source/tree.js';
import { hasMirror, treeAt, without } from '../support/mirrors.js';
import { CUTLASS, FLASHINFER, type Reading, VLLM } from './readings.js';

const stack = JSON.parse(readFileSync(new URL('./facts-stack.json', import.meta.url), 'utf8'));
const BUILD = { cuda: '13.0', arch: '12.1a' };

/** Releases, and vLLM's main on 06-01, 06-15, 06-23, 07-01, 07-15, 08-01 and 08-17 of 2026. */
const VLLM_REVISIONS = [
  ...'v0.9.0 v0.10.0 v0.10.1 v0.10.2 v0.11.0 v0.11.2 v0.12.0 v0.13.0 v0.14.0 v0.15.0 v0.16.0'.split(' '),
  ...'v0.17.0 v0.18.0 v0.19.0 v0.20.0 v0.21.0rc2'.split(' '),
  'f46e6be169909d4bf2c383b1852123a121fe90e2',
  'e8d3e22c884e95a7499ffcf37fa932751f0780df',
  '855cd4d787',
  '9a08a5118e4c527e76dbcc2ba589dc0d58b2eac9',
  '6472131298e7b9ce81651cac90cc2dcc28963b55',
  '124154a8843d1f8e4d4e2d5d466e2d3ebc3716da',
  '017e9f4448b700e85ee16023287b025693c72b9e',
];

async function readBy({ paths, thing, wrong, only }: Reading, tree: SourceTree): Promise<string> {
  const texts: string[] = [];
  for (const path of (await tree.paths()).filter((name) => paths.test(name))) {
    const text = (await tree.read(path))?.text;
    if (text && thing.test(text)) texts.push(text);
  }
  const where = only && (await tree.read(only.path))?.text;
  if (texts.length === 0 || (only && !only.holds.test(where ?? ''))) return 'not-applicable';
  return texts.some((text) => wrong.test(text)) ? 'needed' : 'upstreamed';
}

const all: readonly [Project, readonly Reading[], readonly string[]][] = [
  ['vllm', VLLM, VLLM_REVISIONS],
  ['flashinfer', FLASHINFER, stack.flashinfer.releases.split(' ')],
  ['cutlass', CUTLASS, stack.cutlass.releases.split(' ')],
];

for (const [project, readings, revisions] of all) {
  describe(`a second reading of ${project}${without(project)}`, () => {
    it.skipIf(!hasMirror(project)).each(revisions)('%s: the judges say the same', async (revision) => {
      const tree = await treeAt(project, revision);
      try {
        const codemods = CODEMODS.filter(({ id }) => readings.some((reading) => reading.id === id));
        const judged = await judgeTree(tree, codemods, BUILD);
        const verdicts = judged.map(({ codemod, verdict }) => [codemod.id, verdict]);
        const read: [string, string][] = [];
        for (const reading of readings) read.push([reading.id, await readBy(reading, tree)]);
        expect(Object.fromEntries(verdicts)).toEqual(Object.fromEntries(read));
      } finally {
        tree.close();
      }
    });
  });
}
