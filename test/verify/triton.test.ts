import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NotRun } from '../../src/verify/rung.js';
import { SHARED_MEMORY, triton } from '../../src/verify/triton.js';
import { Workspace } from '../../src/verify/workspace.js';
import { MemoryTree } from '../support/memory.js';
import { tempFolder } from '../support/temp.js';

const ATTENTION = 'vllm/v1/attention/ops/triton_decode_attention.py';
const FLA = 'vllm/model_executor/layers/fla/ops';
const FILES = {
  [ATTENTION]: '# decode\n',
  [`${FLA}/__init__.py`]: 'raise ImportError\n',
  [`${FLA}/chunk_o.py`]: '# chunks\n',
  [`${FLA}/utils.py`]: '# beside\n',
  'vllm/other/ops/chunk.py': '# not a kernel that is known\n',
};

/** A stand-in for a python with Triton: it says a version, then what it is told to say, and keeps its settings. */
function interpreter(code: number, says: string): string {
  const dir = tempFolder();
  const file = join(dir, 'python3');
  writeFileSync(join(dir, 'says'), says);
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$1" = -c ]; then echo 3.6.0; exit 0; fi\ncp "$3" ${dir}/settings.json\ncat ${dir}/says\nexit ${code}\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

async function climbed(files: Record<string, string>, python: string, project = 'vllm') {
  const workspace = await Workspace.open();
  try {
    return await triton({ project, tree: new MemoryTree(files) } as never, { workspace, python } as never);
  } finally {
    await workspace.close();
  }
}

describe('the triton rung', () => {
  it('gives the kernels that are known to Triton, and what lies beside them', async () => {
    const python = interpreter(0, '[{"what": "a", "state": "passed", "facts": {"launches": []}}]');
    expect(await climbed(FILES, python)).toEqual([
      { what: 'a', state: 'passed', facts: { triton: '3.6.0', launches: [] } },
    ]);
    const settings = JSON.parse(readFileSync(join(python, '../settings.json'), 'utf8'));
    expect(settings).toMatchObject({
      attention: ATTENTION,
      fla: FLA,
      capability: [12, 1],
      limit: SHARED_MEMORY,
    });
  });

  it('fails where the kernels cannot be loaded at all', async () => {
    expect(await climbed(FILES, interpreter(1, ''))).toMatchObject([
      { what: 'the kernels', state: 'failed' },
    ]);
  });

  it('does not run without Triton, without a kernel, or for another project', async () => {
    expect(await climbed(FILES, join(tempFolder(), 'none'))).toMatchObject({
      why: expect.stringContaining('not found'),
    });
    expect(await climbed({}, 'python3')).toBeInstanceOf(NotRun);
    expect(await climbed(FILES, 'python3', 'cutlass')).toBeInstanceOf(NotRun);
  });
});
