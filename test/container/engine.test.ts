import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSpace } from '../../src/container/space.js';
import { cli } from '../support/cli.js';
import { type ContainerPlace, containerPlace } from '../support/container-place.js';
import { cubinFor } from '../support/fatbin.js';

let place: ContainerPlace;
let bin: string;

/** A program on the path that is the only one of its name. */
function program(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

beforeEach(async () => {
  place = await containerPlace();
  bin = join(place.dir, 'bin');
  mkdirSync(bin);
  vi.stubEnv('PATH', `${bin}:/usr/lib/git-core:${gitFolder()}`);
});
afterEach(() => void vi.unstubAllEnvs());

/** Git and a shell must stay; engines of the machine must not. */
function gitFolder(): string {
  const tools = join(place.dir, 'tools');
  mkdirSync(tools, { recursive: true });
  for (const name of ['git', 'sh', 'cp', 'cat', 'mkdir', 'env']) {
    writeFileSync(join(tools, name), `#!/bin/sh\nexec /usr/bin/${name} "$@"\n`);
    chmodSync(join(tools, name), 0o755);
  }
  return tools;
}

const build = (...args: string[]) =>
  cli(
    'build',
    ...place.args,
    '--stage',
    'kernels',
    '--output',
    join(place.dir, 'out'),
    '--space',
    '0',
    ...args,
  );

/** PTX of the three converters of the miniature header, as nvcc writes it for a target. */
function ptx(conversions: readonly number[]): string {
  const entry = (count: number, at: number): string => {
    const lines = Array.from({ length: 32 }, (_, i) =>
      i < count ? 'cvt.rn.satfinite.e2m1x2.f32 p, %f1, %f2;' : 'add.f32 %f1, %f2, %f3;',
    );
    return `.visible .entry converter_${at}(\n)\n{\n\t${[...lines, 'st.global.u32 [%rd1], %r1;'].join('\n\t')}\n}\n`;
  };
  return `.version 9.0\n${conversions.map(entry).join('')}`;
}

/** An engine whose container gives these files. */
function enginePrinting(files: Readonly<Record<string, string | Buffer>>): string {
  const result = join(place.dir, 'result');
  mkdirSync(result);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(result, name), text);
  const log = join(place.dir, 'log');
  program(
    'podman',
    `echo "$@" >> ${log}
case "$1" in
  info) echo / ;;
  build) for last; do :; done; test -f "$last/trees/vllm.tar" ;;
  create) echo the-container ;;
  cp) cp -R ${result}/. "$3" ;;
esac`,
  );
  return log;
}

const KERNELS = { converter_0: 64, converter_1: 64, converter_2: 64 };
const GOOD = {
  'converters-0.sm_121a.cubin': cubinFor(121, KERNELS),
  'converters-0.sm_121.cubin': cubinFor(121, KERNELS),
  'proof.json': 'proof',
  'converters-0.sm_121a.ptx': ptx([4, 4, 8]),
  'converters-0.sm_121.ptx': ptx([0, 0, 0]),
};

describe('build', () => {
  it('says that no engine answers, why, and what to do', async () => {
    const ran = await build();
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('no container engine answers') });
    expect(ran.err).toMatch(
      /docker was not found; podman was not found; buildah was not found[\s\S]*--context-only/,
    );
  });

  it('says that the named engine is not there', async () => {
    expect(await build('--engine', 'podman')).toMatchObject({
      code: 3,
      err: expect.stringContaining('install podman'),
    });
  });

  it('says that docker’s daemon does not run', async () => {
    program('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    expect(await build('--engine', 'docker')).toMatchObject({
      code: 3,
      err: expect.stringContaining('systemctl start docker'),
    });
  });

  it('says how much disk there is, and how much it takes', async () => {
    program('podman', 'echo /');
    const ran = await build('--engine', 'podman', '--space', '99999999');
    expect(ran).toMatchObject({
      code: 3,
      err: expect.stringMatching(/GiB are free at \/, and the build takes about 99999999[\s\S]*next:/),
    });
    await expect(checkSpace('/nowhere/at/all', 4, async () => 3.96)).rejects.toThrow('4.0 GiB are free');
    await expect(checkSpace('/', 4, async () => 4)).resolves.toBeUndefined();
  });

  it('builds with the engine, and copies objects and proof out of the image', async () => {
    const log = enginePrinting(GOOD);
    const ran = await build('--engine', 'podman', '--platform', 'linux/arm64', '--tag', 'mine:1', '--json');
    expect(ran).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.out)).toMatchObject({ image: 'mine:1', lock: { set: { name: 'Spark' } } });
    const said = readFileSync(log, 'utf8');
    expect(said).toMatch(
      /build --file \S+\/Containerfile --target kernels --tag mine:1 --platform linux\/arm64 --network none /,
    );
    expect(said).toContain('rm the-container');
    expect(readFileSync(join(place.dir, 'out/proof.json'), 'utf8')).toBe('proof');
  });

  it.each<[string, Record<string, string | Buffer>, string]>([
    [
      'too few instructions',
      { 'converters-0.sm_121a.ptx': ptx([4, 4, 6]) },
      'has 6 of 8 conversion instructions',
    ],
    [
      'an instruction that the target lacks',
      { 'converters-0.sm_121.ptx': ptx([0, 4, 0]) },
      'this target lacks',
    ],
    [
      'machine code for another target',
      { 'converters-0.sm_121a.cubin': cubinFor(120, KERNELS) },
      'is code for sm_120',
    ],
    ['no machine code', { 'converters-0.sm_121.cubin': '' }, 'is no machine code'],
    ['code that is not there', { 'converters-0.sm_121.ptx': '' }, 'stores nothing'],
  ])('fails the proof of a container that gives %s', async (_what, more, words) => {
    enginePrinting({ ...GOOD, ...more });
    expect(await build('--engine', 'podman')).toMatchObject({ code: 4, err: expect.stringContaining(words) });
  });

  it.each<[string, string, number]>([
    [
      'a missing instruction is a failed proof',
      'echo "dgx-patch: conversion for sm_121 has 0"; echo "exit status 4"',
      4,
    ],
    ['another error is the engine’s', 'echo "error: no space left on device"', 3],
  ])('%s', async (_what, body, code) => {
    program('podman', `case "$1" in info) echo / ;; build) ${body}; exit 1 ;; esac`);
    const ran = await build('--engine', 'podman');
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(/podman build ended with 1\n {2}perhaps: .*(has 0|no space left)/);
  });

  it('refuses the stage runtime where docker has the old builder alone', async () => {
    program('docker', 'case "$1" in info) echo / ;; version) echo 28.2.2 ;; *) exit 1 ;; esac');
    const ran = await cli('build', ...place.args, '--engine', 'docker', '--space', '0');
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('docker-buildx') });
  });

  it('prints the command and starts nothing with --dry-run', async () => {
    expect((await build('--dry-run', '--engine', 'podman')).out).toMatch(/^podman build .*--target kernels/);
  });
});
