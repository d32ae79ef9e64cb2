import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelUnits } from '../../src/container/kernel-check.js';
import { cli } from '../support/cli.js';
import { type ContainerPlace, containerPlace } from '../support/container-place.js';
import { mapTree } from '../support/map-tree.js';
import { snapshot } from '../support/repository.js';

const hasNvcc = spawnSync('nvcc', ['--version']).status === 0;
const why = hasNvcc ? '' : ' (skipped: nvcc is not on the PATH)';

/** Engines that scripts/ci-container.sh has made ready, and the image that it made from Debian and the toolkit. */
const ENGINES = (process.env.DGX_PATCH_TEST_ENGINES ?? '').split(' ').filter((name) => name !== '');
const BASE = process.env.DGX_PATCH_TEST_BASE ?? '';

const ARCH = '12.1a;12.0f';

/** Writes the context and unpacks its tree: what the container sees, outside of one. */
async function outside(place: ContainerPlace): Promise<{ context: string; source: string }> {
  const context = join(place.dir, 'context');
  const source = join(place.dir, 'source');
  await cli('build', ...place.args, '--context-only', context);
  mkdirSync(source);
  execFileSync('tar', ['-xf', join(context, 'trees/vllm.tar'), '-C', source]);
  return { context, source };
}

/** Leaves the row of plain sm_121 alone: compiling takes a second a target. */
function onlyPlain(context: string, count: number): void {
  const units = join(context, 'kernels/units.tsv');
  const row = readFileSync(units, 'utf8')
    .split('\n')
    .find((line) => line.split('\t')[1] === '121')!;
  writeFileSync(units, `${row.replace(/\t0$/, `\t${count}`)}\n`);
}

function check(context: string, source: string, out: string) {
  return spawnSync(join(context, 'image/check-kernels.sh'), [join(context, 'kernels'), source, out], {
    encoding: 'utf8',
  });
}

describe(`the kernels check outside of a container${why}`, () => {
  it.skipIf(!hasNvcc)('finds the instruction where the target has it, and none on plain sm_121', async () => {
    const place = await containerPlace(ARCH);
    const { context, source } = await outside(place);
    expect(check(context, source, join(place.dir, 'out'))).toMatchObject({ status: 0 });
    const proof = JSON.parse(readFileSync(join(place.dir, 'out/proof.json'), 'utf8'));
    const counts = proof.units.map(({ target, count }: { target: string; count: number }) => [target, count]);
    expect(counts).toEqual([
      ['sm_121a', 16],
      ['sm_120f', 16],
      ['sm_121', 0],
    ]);
  });

  it.skipIf(!hasNvcc)('fails with exit code 4 where the instruction is missing', async () => {
    const place = await containerPlace(ARCH);
    const { context, source } = await outside(place);
    onlyPlain(context, 16);
    const ran = check(context, source, join(place.dir, 'out'));
    expect(ran.status).toBe(4);
    expect(ran.stderr).toContain('converters-0 for sm_121 has 0 of cvt.rn.satfinite.e2m1x2.f32, and not 16');
  });

  it.skipIf(!hasNvcc)('fails for a tree without the fix, on plain sm_121', async () => {
    const place = await containerPlace(ARCH);
    const { context, source } = await outside(place);
    onlyPlain(context, 0);
    const header = 'csrc/quantization/fp4/nvfp4_utils.cuh';
    cpSync(
      new URL(`../../fixtures/trees/mini-vllm/${header}`, import.meta.url).pathname,
      join(source, header),
    );
    expect(check(context, source, join(place.dir, 'out')).status).not.toBe(0);
  });
});

const engines = ENGINES.length === 0 ? ['docker', 'buildah'] : ENGINES;
const noEngine =
  ENGINES.length > 0
    ? ''
    : ' (skipped: run scripts/ci-container.sh, which makes engines and a base image ready)';

describe(`the stage kernels, really built${noEngine}`, () => {
  it.skipIf(ENGINES.length === 0).each(engines)(
    'with %s: the proof and the objects are those from outside',
    { timeout: 600_000 },
    async (engine) => {
      const place = await containerPlace(ARCH);
      const inside = join(place.dir, 'inside');
      const ran = await cli(
        'build',
        ...place.args,
        '--stage',
        'kernels',
        '--engine',
        engine,
        '--base',
        BASE,
        '--output',
        inside,
        '--space',
        '4',
      );
      expect(ran, ran.err).toMatchObject({ code: 0 });
      const { context, source } = await outside(place);
      const out = join(place.dir, 'outside');
      expect(check(context, source, out)).toMatchObject({ status: 0 });
      const { 'lock.json': lock, ...objects } = snapshot(inside);
      expect(objects).toEqual(snapshot(out));
      expect(JSON.parse(lock!)).toMatchObject({ set: { name: 'Spark' }, base: { image: BASE } });
    },
  );
});

describe('kernelUnits', () => {
  it('refuses a tree without a conversion header', async () => {
    const patched = { receipt: undefined } as Parameters<typeof kernelUnits>[1];
    await expect(kernelUnits(mapTree({ 'csrc/a.cu': '' }), patched, '12.1a')).rejects.toThrow(
      'no header of FP4 conversions',
    );
  });
});
