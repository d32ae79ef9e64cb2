import { describe, expect, it } from 'vitest';
import { plan } from '../../src/codemod/plan.js';
import { CODEMODS } from '../../src/fixes/built-in.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import type { Project } from '../../src/source/project.js';
import { hasMirror, treeAt, without } from '../support/mirrors.js';
import { BUILD } from './lines.js';

/**
 * Upstream's own commits of which 0.1.0 said what is not so (test/codemods/findings.test.ts has the list): what is
 * said of them now. 0.1.0 gives another verdict, another number of sites or another reason for every one.
 */
const SAID: readonly (readonly [
  finding: string,
  commit: string,
  fix: string,
  verdict: string,
  sites: number,
  reason: RegExp,
])[] = [
  ['V1', '00d7b497b3', 'vllm/nvfp4-emulation', 'upstreamed', 1, /gets linear scales and a factor$/],
  ['V2', '6bc7b57315', 'vllm/nvfp4-emulation', 'not-applicable', 0, /and nothing calls it$/],
  ['V3', '16a45b3a28', 'vllm/software-e2m1', 'needed', 6, /is reached on plain sm_121/],
  ['R1', 'e93f4cc9e3', 'vllm/qwen3-next-prefix', 'not-applicable', 0, /sets self\.in_proj_qkvz/],
  ['R1', 'e93f4cc9e3', 'vllm/qwen3-next-fused-shards', 'not-applicable', 0, /builds a fused projection/],
  ['R1', 'e93f4cc9e3', 'vllm/mtp-fc-unquantized', 'not-applicable', 0, /builds an fc under its own prefix/],
  ['R2', '58738772410c', 'vllm/nvfp4-emulation', 'not-applicable', 0, /^no Python file defines run_nvfp4/],
  ['R3', '7ea4b40954', 'vllm/gb10-moe-config', 'needed', 1, /the folder has 2 files for NVIDIA_GB10/],
  ['R4', '4a76ad12e0', 'vllm/nvfp4-kernel-list', 'upstreamed', 8, /is in the list of its kernels$/],
  ['D1', 'ef7eefe17a', 'vllm/mtp-exclusion', 'needed', 1, /in Qwen3NextMultiTokenPredictor$/],
  [
    'D2',
    '1d2d83a07f',
    'vllm/attention-sinks-sm12x',
    'not-applicable',
    0,
    /^a known upstream bug without an edit/,
  ],
  ['FlashInfer 1', 'ad893cfaba', 'flashinfer/jit-arch-suffix', 'upstreamed', 1, /has the FP4 instructions$/],
  ['FlashInfer 2', 'ee3ca012e6', 'flashinfer/jit-arch-suffix', 'upstreamed', 1, /has the FP4 instructions$/],
];

describe(`what 0.1.0 said wrongly of upstream${without('vllm')}`, () => {
  for (const [finding, commit, fix, verdict, sites, reason] of SAID) {
    const project = fix.split('/')[0] as Project;
    it.skipIf(!hasMirror(project))(`${finding}, ${commit}: ${fix}`, async () => {
      const tree = await treeAt(project, commit);
      const workbench = new TreeWorkbench(tree, BUILD);
      const { outcomes } = await plan(
        CODEMODS.filter(({ id }) => id === fix),
        workbench,
      );
      workbench.dispose();
      tree.close();
      expect(outcomes).toMatchObject([{ verdict, reason: expect.stringMatching(reason) }]);
      expect(outcomes[0]!.sites).toHaveLength(sites);
    });
  }
});
