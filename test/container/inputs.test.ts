import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commitOf } from '../../src/container/find-inputs.js';
import type { Inputs } from '../../src/container/inputs.js';
import type { Lock } from '../../src/container/lock.js';
import { cli } from '../support/cli.js';
import { type ContainerPlace, containerPlace } from '../support/container-place.js';

afterEach(() => void vi.unstubAllEnvs());

const FILE = { path: 'pip/x-1-py3-none-any.whl', url: 'http://127.0.0.1:1/x.whl', sha256: 'a'.repeat(64) };

/** An engine whose stage `inputs` has found these files, and that notes what it is asked. */
function engine({ dir }: ContainerPlace, files: readonly object[]): string {
  const [bin, result, log] = ['bin', 'result', 'log'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [bin, result]) mkdirSync(folder);
  writeFileSync(join(result, 'files.json'), JSON.stringify(files));
  writeFileSync(
    join(bin, 'podman'),
    `#!/bin/sh
echo "$@" >> ${log}
case "$1" in
  info) echo / ;;
  create) echo the-container ;;
  cp) cp -R ${result}/. "$3" ;;
esac
`,
  );
  chmodSync(join(bin, 'podman'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  return log;
}

const args = ({ args: own }: ContainerPlace, ...more: string[]): string[] => [
  'build',
  ...own,
  '--engine',
  'podman',
  '--space',
  '0',
  ...more,
];

describe('build --stage inputs', () => {
  it('finds what the build would fetch; with it, a context has every hash and needs no network', async () => {
    const place = await containerPlace();
    const log = engine(place, [FILE]);
    const out = join(place.dir, 'found');
    const ran = await cli(...args(place, '--stage', 'inputs', '--output', out, '--platform', 'linux/arm64'));
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('found/inputs.json') });
    expect(readFileSync(log, 'utf8')).toContain('--target inputs');
    const file = join(out, 'inputs.json');
    const inputs = JSON.parse(readFileSync(file, 'utf8')) as Inputs;
    expect(inputs).toMatchObject({ platform: 'linux/arm64', set: 'Spark', files: [FILE] });
    const context = join(place.dir, 'context');
    const written = await cli(...args(place, '--inputs', file, '--context-only', context, '--json'));
    expect(written.err).not.toContain('a Spark is arm64');
    expect((JSON.parse(written.out) as Lock).inputs).toEqual(inputs);
    expect(readFileSync(join(context, 'Containerfile'), 'utf8')).toContain('sha256sum --check');
    const shown = await cli(...args(place, '--inputs', file, '--context-only', join(place.dir, 'other')));
    expect(shown.out).toContain('1 files and 0 repositories of linux/arm64, each with its hash');
    const planned = await cli(...args(place, '--inputs', file, '--dry-run'));
    expect(planned.out).toMatch(/--platform linux\/arm64 --network none/);
    // It is brought before the engine is asked: nobody is there.
    const built = await cli(...args(place, '--inputs', file));
    expect(built).toMatchObject({ code: 3, err: expect.stringContaining('was not reached') });
    expect(readFileSync(log, 'utf8')).not.toContain('--target runtime');
  });

  it.each<[string, object, string[], string]>([
    ['other revisions', { trees: { vllm: '0'.repeat(40) } }, [], 'at other revisions'],
    ['another set', { set: 'other' }, [], 'at other revisions'],
    ['another platform', {}, ['--platform', 'linux/amd64'], 'those of linux/arm64'],
    ['a bad hash', { files: [{ ...FILE, sha256: 'x' }] }, [], 'files.0.sha256'],
    ['a path that leaves', { files: [{ ...FILE, path: 'pip/../x' }] }, [], 'files.0.path'],
    [
      'another kind of address',
      { sources: [{ name: 'x', url: 'file:///x', commit: '0'.repeat(40) }] },
      [],
      'sources.0.url',
    ],
  ])('refuses inputs of %s', async (_what, change, more, words) => {
    const place = await containerPlace();
    const [pin] = JSON.parse(readFileSync(place.pins, 'utf8')).pins as [{ commit: string }];
    const inputs = {
      formatVersion: 1,
      platform: 'linux/arm64',
      set: 'Spark',
      trees: { vllm: pin.commit },
      files: [FILE],
      sources: [],
      ...change,
    };
    const file = join(place.dir, 'inputs.json');
    writeFileSync(file, JSON.stringify(inputs));
    const context = join(place.dir, 'context');
    expect(await cli(...args(place, '--inputs', file, '--context-only', context, ...more))).toMatchObject({
      code: 2,
      err: expect.stringContaining(words),
    });
  });

  it('refuses a moment that is none, and says where inputs come from', async () => {
    const place = await containerPlace();
    expect(await cli(...args(place, '--apt-snapshot', 'yesterday'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('20260801T000000Z'),
    });
    expect(await cli(...args(place, '--inputs', 'nowhere.json'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('--stage inputs'),
    });
  });
});

describe('a project that the tree fetches by a name', () => {
  it.each([
    ['--upload-pack=touch x', 'v1'],
    ['ext::sh -c x', 'v1'],
    ['file:///srv/x.git', 'v1'],
    ['$' + '{UNSET}', 'v1'],
    ['https://example.com/x.git', 'v1 --x'],
  ])('is not asked for at %j', async (url, revision) => {
    const source = { name: 'mini', url, revision, fixed: false, instead: null, part: null };
    await expect(commitOf(source)).rejects.toThrow('mini is fetched from');
  });
});
