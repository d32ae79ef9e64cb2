import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { flashInferPin } from '../../codemods/vllm/_shared/flashinfer-pin.js';
import type { JudgeContext } from '../../src/codemod/types.js';
import { AskedTree } from '../../src/installed/asked-tree.js';
import { packageOf } from '../../src/installed/packages.js';
import { InstalledTree } from '../../src/installed/tree.js';
import { judgeTree } from '../../src/judge/judge.js';
import { fixtureTree } from '../support/judge-files.js';
import { mapTree } from '../support/map-tree.js';
import { tempFolder } from '../support/temp.js';

const INFO = 'vllm-0.9.9.dist-info';

/** A vLLM of one file, with this metadata. */
function installed(metadata: string): AskedTree {
  const site = tempFolder();
  const files = { 'vllm/__init__.py': '', [`${INFO}/METADATA`]: metadata };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(site, dirname(path)), { recursive: true });
    writeFileSync(join(site, path), text);
  }
  const tree = new InstalledTree({ dir: join(site, 'vllm'), kind: packageOf('vllm'), site, info: INFO });
  return new AskedTree(tree, { folder: 'vllm/', metadata: 'METADATA', complete: false });
}

describe('the metadata of an installed package', () => {
  it.each([
    ['Requires-Dist: flashinfer-python==0.6.3\n', '0.6.3'],
    ['Requires-Dist: flashinfer-python (==0.6.11.post2)\n', '0.6.11.post2'],
    ['Requires-Dist: flashinfer-python==0.3.0; extra == "flashinfer"\n', '0.3.0'],
    ['Requires-Dist: torch\n\npip install flashinfer-python==0.1.0\n', undefined],
  ])('names all requirements, so that nothing beyond it is asked: %j', async (metadata, name) => {
    const tree = installed(metadata);
    expect((await flashInferPin({ tree } as unknown as JudgeContext))?.name).toBe(name);
    expect(tree.outside).toBe(false);
  });
});

describe('FlashInfer as it is installed', () => {
  it('has the CUDA sources of its repository below data/', async () => {
    const fixes = CODEMODS.filter(({ id }) => id === 'flashinfer/e2m1-leaf-guards');
    const source = fixtureTree(fixes[0]!.id, 'both-in-one-file');
    const files: Record<string, string> = {};
    for (const path of await source.paths()) {
      files[path.replace(/^(csrc|include)\//, 'flashinfer/data/$1/')] = (await source.read(path))!.text;
    }
    const [outcome] = await judgeTree(mapTree(files), fixes, { cuda: '13.0', arch: '12.1' });
    expect(outcome).toMatchObject({ verdict: 'needed' });
    expect(outcome!.edits.every(({ path }) => path.startsWith('flashinfer/data/'))).toBe(true);
  });
});
