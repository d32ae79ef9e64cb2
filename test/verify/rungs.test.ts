import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import software from '../../codemods/vllm/software-e2m1/codemod.js';
import type { SourceTree } from '../../src/source/tree.js';
import { fixFixture, fixtureTree } from '../support/judge-files.js';
import { mapTree } from '../support/map-tree.js';
import { climbOne, failedOf, subjectOf } from '../support/subject.js';
import { tempFolder } from '../support/temp.js';
import { VARIANTS } from './variants.js';

const CUDA = process.env.CUDA_HOME ?? '/usr/local/cuda';
const hasNvcc = existsSync(join(CUDA, 'bin/nvcc'));
const hasHost = existsSync(join(CUDA, 'include/cuda_fp4.h')) && spawnSync('g++', ['--version']).status === 0;

const CASE = 'three-conversions-in-utils';
const HEADER = 'csrc/quantization/fp4/nvfp4_utils.cuh';

async function fixedTree(change: (text: string) => string = (text) => text): Promise<SourceTree> {
  const files = await fixFixture(software, CASE);
  return mapTree({ [HEADER]: change(files.get(HEADER)!) });
}

/** One replacement that must be possible: a test that changes nothing shows nothing. */
function replaced(text: string, from: string | RegExp, to: string): string {
  const after = text.replace(from, to);
  expect(after).not.toBe(text);
  return after;
}

describe('parse', () => {
  it('names the line where an edit broke the syntax', async () => {
    const base = fixtureTree(software.id, CASE);
    const tree = await fixedTree((text) => replaced(text, 'return codes |', 'return codes | | {'));
    const result = await climbOne(subjectOf(tree, { base, edited: [HEADER] }), 'parse');
    expect(result.state).toBe('failed');
    expect(result.reason).toMatch(/nvfp4_utils\.cuh: a parse error at line \d+ that was not there/);
  });

  it('passes the fix itself', async () => {
    const base = fixtureTree(software.id, CASE);
    const result = await climbOne(subjectOf(await fixedTree(), { base, edited: [HEADER] }), 'parse');
    expect(result.state).toBe('passed');
  });
});

describe('judge', () => {
  it('fails a tree whose second site was left out, and says where', async () => {
    const tree = await fixedTree((text) =>
      replaced(text, /#if DGX_PATCH_HARDWARE_E2M1[^\n]*\n([^#]*)#else\n[^#]*#endif\n/, '$1'),
    );
    const result = await climbOne(subjectOf(tree, { codemods: [software] }), 'judge');
    expect(result.state).toBe('failed');
    expect(result.reason).toMatch(/vllm\/software-e2m1: needed: .*nvfp4_utils\.cuh:\d+/);
  });
});

describe.skipIf(!hasNvcc)(
  'compile, with nvcc alone (skipped without it)',
  () => {
    it('fails before the fix for the plain target only, and shows the line and the command', async () => {
      const result = await climbOne(subjectOf(fixtureTree(software.id, CASE)), 'compile');
      expect(Object.keys(failedOf(result))).toEqual([`${HEADER} for sm_121`]);
      expect(result.reason).toMatch(/'cvt with \.e2m1x2' not supported on \.target 'sm_121'/);
      expect(result.reason).toMatch(/to repeat it: \S*nvcc -ptx .*compute_121/);
    });

    it('passes after it, with the instruction where the target has it', async () => {
      const result = await climbOne(subjectOf(await fixedTree()), 'compile');
      expect(failedOf(result)).toEqual({});
      const details = result.checks.filter(({ state }) => state === 'passed').map(({ detail }) => detail);
      expect(details).toEqual(
        ['software', 'hardware', 'hardware'].map((kind) => `${kind} conversion in 3 converters`),
      );
    });

    it('fails a guard that takes the hardware away from sm_121a', async () => {
      const tree = await fixedTree((text) =>
        replaced(text, '__CUDA_ARCH__ >= 1000', '__CUDA_ARCH__ != 1210'),
      );
      const failed = failedOf(await climbOne(subjectOf(tree), 'compile'));
      expect(failed[`${HEADER} for sm_121a`]).toMatch(/has 0 of 4 conversion instructions/);
      expect(Object.keys(failed)).toHaveLength(1);
    });

    it('fails a function that gives zero where the instruction is not there', async () => {
      const tree = await fixedTree((text) =>
        replaced(text, /packed = dgx_patch_e2m1x8\([^;]*;/, 'packed = 0;'),
      );
      const failed = failedOf(await climbOne(subjectOf(tree), 'compile'));
      expect(failed[`${HEADER} for sm_121`]).toMatch(/only \d+ instructions: it converts nothing/);
    });
  },
  120_000,
);

describe.skipIf(!hasHost)('numerics, on the host (skipped without g++ and cuda_fp4.h)', () => {
  it('finds every float right, and an argument that changed its place', async () => {
    const tree = await fixedTree((text) =>
      replaced(text, 'dgx_patch_e2m1x8(v[0], v[1],', 'dgx_patch_e2m1x8(v[1], v[0],'),
    );
    const result = await climbOne(subjectOf(tree), 'numerics');
    expect(failedOf(result)).toEqual({
      [`${HEADER}: order of fp32_vec8_to_e2m1(float [8])`]: expect.stringMatching(
        /^packs [0-9a-f]{16} where the asm packs [0-9a-f]{16}$/,
      ),
    });
    expect(result.checks).toHaveLength(7);
  }, 240_000);

  it.each(VARIANTS)(
    'counts the mismatches of: $name',
    ({ source, wrong }) => {
      const dir = tempFolder();
      const assets = new URL('../../src/verify/numerics/', import.meta.url).pathname;
      for (const name of ['host.cpp', 'device.h']) copyFileSync(join(assets, name), join(dir, name));
      writeFileSync(join(dir, 'subject.h'), `${source}\n#define SUBJECT_ONE one\n`);
      writeFileSync(join(dir, 'order.h'), 'const std::vector<Order (*)()> orders = {};\n');
      const program = join(dir, 'host');
      const flags = [
        '-O3',
        '-march=native',
        '-ffp-contract=off',
        '-fno-trapping-math',
        '-std=c++17',
        '-pthread',
        '-w',
      ];
      execFileSync('g++', [...flags, `-I${dir}`, `-I${CUDA}/include`, '-o', program, join(dir, 'host.cpp')]);
      const { classes } = JSON.parse(execFileSync(program, ['2', 'exact'], { encoding: 'utf8' })) as {
        classes: { class: string; againstExact: number }[];
      };
      expect(Object.fromEntries(classes.map((one) => [one.class, one.againstExact]))).toEqual(wrong);
    },
    240_000,
  );
});
