import { describe, expect, it } from 'vitest';
import { disagreements } from '../../src/pins/agreement.js';
import { mapTree } from '../support/map-tree.js';

const tree = mapTree({
  'CMakeLists.txt': '# CUTLASS\n  set(CUTLASS_REVISION "v9.8.7")\n',
  'requirements/cuda.txt':
    '-r common.txt\ntorch==3.2.1\n# together\nflashinfer-python==0.9.9.post1 # pinned\n',
});
const set = { name: 'sample', vllm: 'v1', cuda: '13.0', arch: '12.1a' };

describe('disagreements', () => {
  it('finds none where every member is what vLLM names', async () => {
    const good = { ...set, cutlass: 'v9.8.7', flashinfer: 'v0.9.9.post1', torch: '3.2.1' };
    expect(await disagreements(good, tree)).toEqual([]);
  });

  it('names the member, both versions and the file', async () => {
    const bad = { ...set, cutlass: 'v9.8.6', flashinfer: 'v0.9.9' };
    expect(await disagreements(bad, tree)).toEqual([
      { member: 'cutlass', set: 'v9.8.6', vllm: 'v9.8.7', path: 'CMakeLists.txt' },
      { member: 'flashinfer', set: 'v0.9.9', vllm: '0.9.9.post1', path: 'requirements/cuda.txt' },
    ]);
  });

  it('says nothing of what vLLM does not name', async () => {
    expect(await disagreements({ ...set, cutlass: 'v1', torch: '1.0' }, mapTree({}))).toEqual([]);
  });
});
