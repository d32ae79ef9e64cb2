import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { gitIn } from '../../support/git.js';
import { ONE, type Reproduction, type Said, type World } from './world.js';

const MATRIX = ['matrix', '--project', 'vllm', '--rev', 'mini', '--only', ONE, '--reasons'];
const matrix = (world: World): string[] => [...MATRIX, '--mirror', `vllm=${world.mirror}`];
const tool = (argv: readonly string[]): string => `"$NODE" "$CLI" ${argv.join(' ')}`;

/** Exit code 3, in words, and neither a verdict nor a stack. */
function expectMachine({ code, out, err }: Said): void {
  expect(out + err).not.toMatch(/drifted|this is a bug|^\s+at /im);
  expect(code).toBe(3);
}

/** Changes every file that the tool remembers verdicts in. */
function tamper(world: World, change: (text: string) => string): void {
  const cache = join(world.dir, 'cache');
  const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(0);
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');
  }
}

const remembered = (what: string, change: (text: string) => string): Reproduction => ({
  finding: 'C4',
  what: `a cache ${what}`,
  held: 'history/memory: Memory on disk',
  run(world) {
    const first = world.run(...matrix(world));
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining('needed 1') });
    tamper(world, change);
    expect(world.run(...matrix(world))).toMatchObject({ code: 0, out: first.out });
  },
});

/** A folder of another file system than that of temporary files. */
const OTHER = '/dev/shm';
const hasOther = existsSync(OTHER) && statSync(OTHER).dev !== statSync(tmpdir()).dev;

export const MACHINE: readonly Reproduction[] = [
  {
    finding: 'C1',
    what: 'memory that ends: no verdict, and none that is remembered',
    held: 'codemod/machine: a machine that fails is no verdict',
    run(world) {
      expectMachine(world.shell(`ulimit -v 1500000; ${tool(matrix(world))}`));
      expect(world.run(...matrix(world))).toMatchObject({
        code: 0,
        out: expect.stringContaining('needed 1'),
      });
    },
  },
  {
    finding: 'C1',
    what: 'a disk that is full: no verdict comes of what was cut',
    held: 'codemod/machine: a machine that fails is no verdict',
    run(world) {
      const status = ['status', ...world.target, '--only', 'vllm/cuda-arch-lists', '--json'];
      const verdict = (said: Said) => JSON.parse(said.out).fixes[0].verdict;
      const whole = world.run(...status);
      const cut = world.shell(`ulimit -f 8; ${tool(status)}`);
      if (cut.code === 3) expectMachine(cut);
      else expect(verdict(cut)).toBe(verdict(whole));
    },
  },
  ...[
    ['stdout is full', `${tool(['list'])} > /dev/full`],
    [
      'the working folder is gone',
      `mkdir gone; cd gone; rmdir ../gone; ${tool(['apply', '--target', 'vllm@mini'])} --mirror vllm="$MIRROR"`,
    ],
    [
      'TMPDIR is not there',
      `TMPDIR=/nowhere ${tool(['verify', '--target', 'vllm@mini', '--stage', 'parse'])} --mirror vllm="$MIRROR"`,
    ],
  ].map(
    ([what, script]): Reproduction => ({
      finding: 'C2',
      what: what!,
      held: 'e2e/streams: a machine that fails is said in a line',
      run(world) {
        expectMachine(world.shell(script!, { MIRROR: world.mirror }));
      },
    }),
  ),
  remembered('in which needed became upstreamed', (text) => text.replaceAll('"needed"', '"upstreamed"')),
  remembered('of another shape', (text) =>
    text.replace(/"value":.*\}/, '"value":5}').replace(/\[\{.*\}\]/, '5'),
  ),
  {
    finding: 'D2',
    what: 'apply --out writes nothing into the mirror',
    held: 'hostile/mirrors: a mirror is never written to',
    run(world) {
      const packs = join(world.mirror, '.git/objects/pack');
      const before = statSync(packs, { bigint: true }).mtimeNs;
      expect(world.run('apply', ...world.target, '--only', ONE, '--out', join(world.dir, 'out')).code).toBe(
        0,
      );
      expect(statSync(packs, { bigint: true }).mtimeNs).toBe(before);
    },
  },
  {
    finding: 'D2',
    what: 'apply --out on another file system than the mirror',
    held: 'hostile/mirrors: a mirror is never written to',
    lacks: hasOther ? undefined : `${OTHER} is no file system of its own`,
    run(world) {
      const place = mkdtempSync(join(OTHER, 'dgx-patch-'));
      try {
        const said = world.run('apply', ...world.target, '--only', ONE, '--out', join(place, 'out'));
        expect(said).toMatchObject({ code: 0 });
      } finally {
        rmSync(place, { recursive: true, force: true });
      }
    },
  },
  {
    finding: 'E',
    what: '60 revisions with 128 file handles',
    run(world) {
      for (let n = 0; n < 60; n += 1)
        gitIn(world.mirror, 'commit', '--quiet', '--allow-empty', '--message', `${n}`);
      const revisions = gitIn(world.mirror, 'rev-list', '--max-count=60', 'HEAD').split('\n');
      const argv = ['matrix', '--project', 'vllm', '--only', ONE, '--mirror', `vllm=${world.mirror}`];
      const said = world.shell(
        `ulimit -n 128; ${tool([...argv, ...revisions.flatMap((one) => ['--rev', one])])}`,
      );
      expect(said).toMatchObject({ code: 0 });
    },
  },
];
