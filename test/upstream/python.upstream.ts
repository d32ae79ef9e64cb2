import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import mtpExclusion from '../../codemods/vllm/mtp-exclusion/codemod.js';
import type { GitTree } from '../../src/tree/git-tree.js';
import { answers, TABLE } from '../support/exclude-table.js';
import { fixTree } from '../support/judge-files.js';
import { mirrors, treeAt, without } from '../support/mirrors.js';
import { hasPython, runPython } from '../support/python.js';

const COMPILE = `
import json, sys
broken = []
for path, text in json.load(sys.stdin).items():
    try: compile(text.encode("latin-1"), path, "exec")
    except SyntaxError as error: broken.append(str(error))
print(json.dumps(broken))
`;

const RELEASES =
  'v0.10.0 v0.11.0 v0.12.0 v0.15.0 3b30e6150777 v0.16.0 v0.17.0 v0.19.0 v0.20.0 v0.21.0rc2'.split(' ');
const NEEDS_RULE = RELEASES.filter((release) => release !== 'v0.10.0');
const PYTHON = CODEMODS.filter(({ project }) => project === 'vllm');
const skipped = !mirrors.has('vllm') || !hasPython;

describe.skipIf(skipped)(
  `edited upstream Python${without('vllm')}${hasPython ? '' : ' (skipped: no python3)'}`,
  () => {
    const trees = new Map<string, GitTree>();

    beforeAll(async () => {
      for (const release of RELEASES) trees.set(release, await treeAt('vllm', release));
    });
    afterAll(() => {
      for (const tree of trees.values()) tree.close();
    });

    it.each(RELEASES)('of %s compiles', async (release) => {
      const files = await fixTree(PYTHON, trees.get(release)!);
      const python = [...files].filter(([path]) => path.endsWith('.py'));
      expect(python.length).toBeGreaterThan(0);
      expect(runPython(COMPILE, Object.fromEntries(python))).toEqual([]);
    });

    it.each(NEEDS_RULE)('of %s matches as the table of exclude lists says', async (release) => {
      const files = await fixTree([mtpExclusion], trees.get(release)!);
      expect(answers([...files.values()][0]!)).toEqual(TABLE.map(([, , excluded]) => excluded));
    });
  },
);
