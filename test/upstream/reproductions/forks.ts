import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { gitIn } from '../../support/git.js';
import { ONE, type Reproduction, type Said, type World } from './world.js';

/** Commits a file of the owner's own on top. */
function fork(world: World, name = 'OURS.md', text = 'ours\n'): string {
  writeFileSync(join(world.tree, name), text);
  return world.commit(world.tree, 'ours');
}

/** Applies, and makes a clone of what came of it: without a receipt. */
function copy(world: World): string {
  expect(world.apply()).toMatchObject({ code: 0 });
  const dir = join(world.dir, 'copy');
  execFileSync('git', ['clone', '--quiet', world.tree, dir], { stdio: 'pipe' });
  return dir;
}

const HEADER = 'csrc/quantization/fp4/nvfp4_utils.cuh';

/** The status of a fork whose owner made a fix by hand, at some of its three sites. */
function byHand(world: World, change: (header: string) => string): Said {
  const only = ['--only', 'vllm/software-e2m1'];
  const place = [...world.target, '--dir', world.tree];
  expect(world.run('apply', ...place, '--no-commit', ...only)).toMatchObject({ code: 0 });
  rmSync(world.state('.'), { recursive: true });
  const path = join(world.tree, HEADER);
  // Without the mark, an edit is its owner's.
  const text = readFileSync(path, 'latin1').replaceAll(/dgx-patch: [\w/-]+/g, '');
  writeFileSync(path, change(text), 'latin1');
  const head = world.commit(world.tree, 'ours');
  const target = ['--target', `vllm@${head}`, '--mirror', `vllm=${world.tree}`, '--arch', '12.1a'];
  return world.run('status', ...target, ...only);
}

const FORK = 'cli/fork: a fork with commits of its own';
const COPY = 'cli/fork: a copy without its receipt';
const NOT_FOUND = 'cli/fork: a revision that is not found';

export const FORKS: readonly Reproduction[] = [
  {
    finding: 'new-user 3',
    what: 'apply --dir without a target',
    held: FORK,
    run(world) {
      fork(world);
      expect(world.run('apply', '--dir', world.tree, '--only', ONE)).toMatchObject({ code: 0 });
      expect(gitIn(world.tree, 'log', '-1', '--format=%B')).toContain(ONE);
    },
  },
  {
    finding: 'new-user 3',
    what: 'a fork’s commit as the target, which no mirror has',
    held: FORK,
    run(world) {
      const target = ['--target', `vllm@${fork(world)}`, '--mirror', `vllm=${world.mirror}`];
      expect(world.run('apply', ...target, '--dir', world.tree, '--only', ONE)).toMatchObject({ code: 0 });
    },
  },
  {
    finding: 'new-user 3',
    what: 'nobody is told to throw the commits of a fork away',
    held: FORK,
    run(world) {
      fork(world);
      const { code, err } = world.apply();
      expect([code, err]).toEqual([5, expect.not.stringMatching(/checkout [0-9a-f]{7}/)]);
    },
  },
  {
    finding: 'new-user 3',
    what: 'a harmful edit in the tree is said by apply',
    held: 'cli/fork: a harmful edit is said by apply, diff, verify and build too',
    run(world) {
      const head = fork(
        world,
        'csrc/our_fp4.h',
        '#pragma once\nstruct __align__(1) __nv_fp4_e2m1 {\n  char x;\n};\n',
      );
      const target = ['--target', `vllm@${head}`, '--mirror', `vllm=${world.tree}`];
      const { err } = world.run('apply', ...target, '--dir', world.tree, '--only', ONE);
      expect(err).toMatch(/warning: .*harmful[\s\S]*vllm\/fp4-types/);
    },
  },
  {
    finding: 'new-user 3',
    what: 'the next command where a fix drifted is a whole one',
    held: 'cli/apply: applies nothing where a fix has drifted',
    run(world) {
      const path = join(world.tree, HEADER);
      writeFileSync(path, readFileSync(path, 'latin1').replace('mov.b32 %0', 'mov.b64 %0'), 'latin1');
      const head = world.commit(world.tree, 'ours');
      const target = ['--target', `vllm@${head}`, '--mirror', `vllm=${world.tree}`, '--dir', world.tree];
      const { code, err } = world.run('apply', ...target);
      expect([code, err]).toEqual([1, expect.stringMatching(/next:.*dgx-patch apply .*--skip/)]);
    },
  },
  {
    finding: 'new-user 3',
    what: 'a fix that was made by hand is right already, whoever did it',
    held: 'report/headline: puts every outcome into one group',
    run(world) {
      expect(byHand(world, (text) => text)).toMatchObject({
        code: 0,
        out: expect.stringContaining('right already'),
      });
    },
  },
  {
    finding: 'new-user 3',
    what: 'a fix that was made by hand at two of three sites: how many are left, and where',
    held: 'report/headline: says how many sites are wrong of how many',
    run(world) {
      const guard = /^#if DGX_PATCH_HARDWARE_E2M1[^\n]*\n([\s\S]*?)^#else\n[\s\S]*?^#endif[^\n]*\n/m;
      const { out } = byHand(world, (text) => text.replace(guard, '$1'));
      expect(out).toMatch(/needed +1 of 3 sites/);
      expect(out).toMatch(new RegExp(`${HEADER}:\\d+`));
    },
  },
  ...(['status', 'apply', 'verify'] as const).map(
    (command): Reproduction => ({
      finding: 'issue 12, 6',
      what: `${command} of what is no tree of ours`,
      held: 'cli/fork: what is no tree of ours',
      run(world) {
        const dir = join(world.dir, 'other');
        execFileSync('git', ['init', '--quiet', dir]);
        writeFileSync(join(dir, 'main.c'), 'int main;\n');
        const head = world.commit(dir, 'other');
        const place = command === 'apply' ? ['--dir', dir] : [];
        const said = world.run(command, '--target', `vllm@${head}`, '--mirror', `vllm=${dir}`, ...place);
        expect([said.code, said.out, said.err]).toEqual([
          3,
          '',
          expect.stringContaining('is not a tree of vLLM'),
        ]);
      },
    }),
  ),
  {
    finding: 'new-user 2',
    what: 'verify of a clone of a patched tree',
    held: COPY,
    run(world) {
      expect(world.run('verify', '--dir', copy(world), '--stage', 'parse,judge')).toMatchObject({ code: 0 });
    },
  },
  {
    finding: 'new-user 2',
    what: 'apply to a patched tree whose state was left behind',
    held: COPY,
    run(world) {
      expect(world.apply()).toMatchObject({ code: 0 });
      rmSync(world.state('.'), { recursive: true });
      const said = world.apply();
      expect(said).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') });
    },
  },
  {
    finding: 'new-user 2',
    what: 'a pin that the mirror lacks',
    held: NOT_FOUND,
    run(world) {
      const { err } = world.run('status', '--target', 'vllm@v0.16.0', '--mirror', `vllm=${world.mirror}`);
      expect(err).toMatch(/vllm@v0.16.0 is 89a77b10846f, which is not in /);
    },
  },
  {
    finding: 'new-user 6',
    what: 'an --only that leaves no fix',
    held: 'cli/request: a request that cannot be right',
    run(world) {
      expect(world.run('status', ...world.target, '--only', 'flashinfer/jit-job-cap')).toMatchObject({
        code: 2,
      });
    },
  },
  {
    finding: 'new-user 6',
    what: 'digits that two commits start with',
    held: NOT_FOUND,
    run(world) {
      const rows = Array.from({ length: 1500 }, (_, n) => [
        'reset refs/heads/many\ncommit refs/heads/many',
        `mark :${n + 1}\ncommitter m <m@x> ${n} +0000\ndata 0\n\n`,
      ]);
      const marks = join(world.dir, 'marks');
      const fast = ['-C', world.mirror, 'fast-import', '--quiet', `--export-marks=${marks}`];
      execFileSync('git', fast, { input: rows.map((row) => row.join('\n')).join('') });
      const starts = [...readFileSync(marks, 'utf8').matchAll(/ ([0-9a-f]{4})/g)].map(([, start]) => start!);
      const prefix = starts.find((start, n) => starts.indexOf(start) < n);
      const { err } = world.run('status', '--target', `vllm@${prefix}`, '--mirror', `vllm=${world.mirror}`);
      expect(err).toContain('is ambiguous');
    },
  },
];
