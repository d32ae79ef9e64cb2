import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read, type Upstream, upstreamWithReleases } from '../support/own-fixes.js';
import { type Installed, installPacked, type Ran } from '../support/package.js';
import { gitIn, snapshot } from '../support/repository.js';

const RELEASES = ['r1', 'r2', 'r3', 'r4', 'r5'];
/** In the order of their folders, which is that of applying. */
const [NAMES, QUEUE, SIZES] = ['acme/vllm-names', 'acme/vllm-queue', 'acme/vllm-sizes'] as const;
const OWN = [NAMES, QUEUE, SIZES];

let work: string;
let installed: Installed;
let upstream: Upstream;
/** The pins repository: empty at first. */
let mine: string;
const run = (...args: string[]): Ran => installed.runIn(mine, ...args);
const done = (...args: string[]): string => {
  const ran = run(...args);
  if (ran.code !== 0) throw new Error(`dgx-patch ${args.join(' ')}: ${ran.err}`);
  return ran.out;
};

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'dgx-patch-own-'));
  installed = installPacked(work);
  upstream = upstreamWithReleases(work);
  mine = join(work, 'mine');
  mkdirSync(mine);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const mirror = (): string[] => ['--mirror', `vllm=${upstream.dir}`];
const only = ['--only', OWN.join(',')];

interface Status {
  readonly fixes: readonly { readonly id: string; readonly verdict: string; readonly reason: string }[];
}

describe('own fixes, from an empty folder', () => {
  it('are a carried commit, a patch, and code', () => {
    done(
      'carry',
      'add',
      upstream.commit,
      '--project',
      'vllm',
      '--id',
      QUEUE,
      '--drop-when',
      'r5 is pinned',
      ...mirror(),
    );
    writeFileSync(join(mine, 'names.patch'), upstream.patch);
    done('carry', 'add', 'names.patch', '--project', 'vllm', '--id', NAMES, '--base', 'r1', ...mirror());
    done('fix', 'new', 'vllm/sizes', '--id', SIZES, '--file', 'vllm/sizes.py', '--title', 'No size above 32');

    expect(done('fix', 'test')).toMatch(/^acme\/vllm-sizes\n(?: {2}ok .*\n){4}$/);
    expect(done('carry', 'list')).toMatch(/acme\/vllm-queue {2}Do not take from an empty queue \(#77\)/);
    const listed = done('list');
    for (const id of OWN) expect(listed).toContain(id);
    expect(done('explain', QUEUE)).toContain('r5 is pinned');
    expect(JSON.parse(read(mine, 'upstream-pins.json'))).toMatchObject({ fixes: ['fixes'] });
    // What is carried names no one and no place.
    const fix = read(mine, 'fixes/vllm/queue/fix.json');
    expect(fix).not.toContain(upstream.dir);
    expect(fix).not.toContain('@example');
  });

  it('are judged over five releases', () => {
    const verdicts = RELEASES.map((release) => {
      const { out } = run('status', '--target', `vllm@${release}`, '--json', ...only, ...mirror());
      return (JSON.parse(out) as Status).fixes.map(({ verdict }) => verdict);
    });
    expect(Object.fromEntries(RELEASES.map((release, at) => [release, verdicts[at]]))).toEqual({
      r1: ['needed', 'needed', 'needed'],
      r2: ['needed', 'needed', 'needed'],
      r3: ['needed', 'needed', 'needed'],
      r4: ['needed', 'drifted', 'needed'],
      r5: ['needed', 'upstreamed', 'needed'],
    });
    const { out } = run(
      'matrix',
      ...RELEASES.flatMap((release) => ['--rev', release]),
      ...only,
      ...mirror(),
      '--json',
    );
    expect((JSON.parse(out) as Status[]).map(({ fixes }) => fixes.map(({ verdict }) => verdict))).toEqual(
      verdicts,
    );
  }, 120_000);

  it('show both texts where they drift, and say what moved', () => {
    const drifted = run('carry', 'show', QUEUE, '--target', 'vllm@r4', ...mirror()).out;
    expect(drifted).toMatch(/vllm\/core\/queue\.py conflicts, moved from vllm\/queue\.py/);
    expect(drifted).toMatch(
      /the target has\n[\s\S]*yield self\.items\.pop\(last\)[\s\S]*and makes\n[\s\S]*if not self\.items:/,
    );
    expect(run('status', '--target', 'vllm@r3', ...only, ...mirror()).out).toContain(
      'vllm/queue.py is vllm/core/queue.py here',
    );
  });

  it('are applied, found applied, and taken back', () => {
    const target = ['--target', 'vllm@r2', ...mirror()];
    const before = snapshot(upstream.dir);
    done('apply', ...target, ...only, '--out', 'out');
    const queue = read(mine, 'out/vllm/queue.py');
    expect(queue).toContain(
      'def take(self, note=None):\n        if not self.items:\n            return None\n',
    );
    expect(read(mine, 'out/vllm/names.py')).toContain('rstrip("/")');
    expect(read(mine, 'out/vllm/sizes.py')).toContain('# dgx-patch: acme/vllm-sizes');
    expect(
      gitIn(
        join(mine, 'out'),
        'log',
        '-3',
        '--reverse',
        '--format=%(trailers:key=Dgx-Patch-Id,valueonly,separator=)',
      ),
    ).toBe(OWN.join('\n'));
    const receipt = JSON.parse(read(mine, 'out/.git/dgx-patch/receipt.json')) as {
      fixes: { id: string; digest?: string }[];
    };
    for (const { digest } of receipt.fixes) expect(digest).toMatch(/^[0-9a-f]{64}$/);

    const again = JSON.parse(done('apply', ...target, ...only, '--out', 'out', '--json')) as Status;
    expect(again.fixes.map(({ verdict }) => verdict)).toEqual(['applied', 'applied', 'applied']);
    done('revert', '--dir', 'out');
    expect(read(mine, 'out/vllm/queue.py')).toBe(
      gitIn(upstream.dir, 'show', 'r2:vllm/queue.py').concat('\n'),
    );
    expect(snapshot(upstream.dir)).toEqual(before);
  }, 120_000);

  it('are exported, and go into a build', () => {
    done('export', '--format', 'series', '--target', 'vllm@r1', ...only, ...mirror(), '--out', 'series');
    expect(existsSync(join(mine, 'series'))).toBe(true);

    const pins = JSON.parse(read(mine, 'upstream-pins.json')) as { pins: object[]; sets: object[] };
    writeFileSync(join(mine, 'upstream-pins.json'), JSON.stringify({ ...pins, pins: [], sets: [] }));
    done('pins', 'add', 'vllm@r1', ...mirror());
    const added = JSON.parse(read(mine, 'upstream-pins.json')) as { pins: { expect: object }[] };
    for (const id of OWN) expect(added.pins[0]!.expect).toHaveProperty([id]);
    writeFileSync(
      join(mine, 'upstream-pins.json'),
      JSON.stringify({
        ...added,
        sets: [{ name: 'own', vllm: 'r1', cuda: '13.0', arch: '12.1a', torch: '2.10.0' }],
      }),
    );
    done('apply', '--set', 'own', ...mirror(), '--out', 'spark');
    const base = `nvidia/cuda@sha256:${'0'.repeat(64)}`;
    done('build', '--set', 'own', '--tree', 'vllm=spark', '--base', base, '--context-only', 'context');
    const lock = JSON.stringify(snapshot(join(mine, 'context')));
    for (const id of OWN) expect(lock).toContain(id);
  }, 240_000);

  it('retire when a bump brings what they do', () => {
    const bumped = run('pins', 'bump', 'vllm', '--to', 'r5', ...mirror());
    expect(bumped.out).toMatch(/acme\/vllm-queue[\s\S]*upstreamed/);
    const retired = done('retire', ...mirror());
    expect(retired).toContain(QUEUE);
    expect(retired).not.toContain(NAMES);
    done('carry', 'drop', QUEUE);
    expect(existsSync(join(mine, 'fixes/vllm/queue'))).toBe(false);
    expect(done('carry', 'list')).not.toContain(QUEUE);
  }, 240_000);
});
