import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { REFUSALS } from '../codemods/refusals.js';
import { CODEMODS } from '../codemods/registry.js';
import type { GitTree } from '../src/tree/git-tree.js';
import { hasMirror, treeAt, without } from './support/mirrors.js';
import { ROOT } from './support/sources.js';

const text = readFileSync(join(ROOT, 'docs/coming-from.md'), 'utf8');
const pins = JSON.parse(readFileSync(join(ROOT, 'upstream-pins.json'), 'utf8')) as {
  pins: { project: string; name: string; commit: string }[];
};
const [head, , ...rows] = /names:begin -->\n([\s\S]*?)\n<!-- names:end/
  .exec(text)![1]!
  .split('\n')
  .map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('docs/coming-from.md', () => {
  it('names fixes, refusals and recipes that there are', () => {
    const ids = new Set([...CODEMODS, ...REFUSALS].map(({ id }) => id));
    const named = [...text.matchAll(/`((?:vllm|flashinfer|cutlass)\/[\w-]+)`/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
    const recipes = new Set(readdirSync(join(ROOT, 'recipes')).map((name) => name.replace('.json', '')));
    const models = [...text.matchAll(/`((?:qwen3|gpt-oss|llama)[\w-]+)`/g)].map((match) => match[1]!);
    expect(models.filter((name) => !recipes.has(name))).toEqual([]);
  });

  it('says yes or no for each revision', () => {
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect([row[0], row.length]).toEqual([row[0], head!.length]);
  });

  describe.skipIf(!hasMirror('vllm'))(`its names are upstream's${without('vllm')}`, () => {
    const trees: GitTree[] = [];
    afterAll(() => {
      for (const tree of trees) tree.close();
    });

    it.each(head!.slice(1, -1).map((name, at) => [name, at + 1] as const))(
      'at %s',
      async (revision, column) => {
        const { commit } = pins.pins.find((pin) => pin.project === 'vllm' && pin.name === revision)!;
        const tree = await treeAt('vllm', commit);
        trees.push(tree);
        const files = (await tree.paths()).filter((path) =>
          /^vllm\/(?:envs|engine\/arg_utils)\.py$/.test(path),
        );
        const sources = (await Promise.all(files.map((path) => tree.read(path))))
          .map((file) => file!.text)
          .join('\n');
        for (const [cell, ...known] of rows) {
          const name = cell!.replaceAll('`', '');
          const quoted = new RegExp(`"${name}"`);
          expect([name, quoted.test(sources) ? 'yes' : 'no']).toEqual([name, known[column - 1]]);
        }
      },
    );
  });
});
