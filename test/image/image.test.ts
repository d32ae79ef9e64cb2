import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { cli } from '../support/cli.js';
import { snapshot } from '../support/repository.js';
import { standInDocker } from '../support/stand-in-engine.js';
import { tempFolder } from '../support/temp.js';

const SITE = 'usr/lib/python3.12/site-packages';
const EDITED = `${SITE}/vllm/model_executor/models/qwen3_next.py`;
const BYTECODE = `${SITE}/vllm/model_executor/models/__pycache__/qwen3_next.cpython-312.pyc`;
const FIXES = 'vllm/mtp-exclusion vllm/mtp-fc-unquantized vllm/qwen3-next-prefix';

/** The files of an image with the miniature vLLM installed. */
function rootFolder(): string {
  const root = join(tempFolder(), 'root');
  const site = join(root, SITE);
  mkdirSync(site, { recursive: true });
  cpSync(join(inject('miniRepository').dir, 'vllm'), join(site, 'vllm'), { recursive: true });
  writeFileSync(join(site, 'vllm', '__init__.py'), '');
  mkdirSync(join(root, BYTECODE, '..'), { recursive: true });
  writeFileSync(join(root, BYTECODE), 'compiled');
  const info = join(site, 'vllm-9.9.9.dist-info');
  mkdirSync(info);
  writeFileSync(join(info, 'METADATA'), 'Name: vllm\nVersion: 9.9.9\n');
  writeFileSync(join(info, 'RECORD'), 'vllm/__init__.py,,\nvllm-9.9.9.dist-info/RECORD,,\n');
  return root;
}

const listed = (tar: string): string[] =>
  execFileSync('tar', ['--numeric-owner', '-tvf', tar], { encoding: 'utf8' }).trimEnd().split('\n');

/** Engines to try for real, named by the caller: scripts/ci-container.sh makes them ready. */
const ENGINES = (process.env.DGX_PATCH_TEST_ENGINES ?? '').split(/\s+/).filter((name) => name !== '');
const without = ENGINES.length > 0 ? '' : ' (skipped: DGX_PATCH_TEST_ENGINES names no engine)';

beforeEach(() => vi.stubEnv('XDG_CACHE_HOME', tempFolder()));
afterEach(() => void vi.unstubAllEnvs());

describe('an image', () => {
  let store: string;
  let dir: string;
  const image = (...args: string[]) => cli('image', ...args, '--engine', 'docker');

  beforeEach(() => {
    dir = tempFolder();
    const made = standInDocker(dir);
    store = made.store;
    vi.stubEnv('PATH', `${made.bin}:${process.env.PATH}`);
    mkdirSync(join(store, 'base'));
    execFileSync('tar', [
      '--owner=7',
      '--group=9',
      '-C',
      rootFolder(),
      '-cf',
      join(store, 'base', 'root.tar'),
      '.',
    ]);
    writeFileSync(join(store, 'base', 'labels'), '');
  });

  it('shows the verdicts of its packages', async () => {
    const { code, out } = await image('base');
    expect([code, out]).toEqual([0, expect.stringMatching(/qwen3-next-prefix +needed/)]);
    expect(out).toContain(`installed: vllm 9.9.9 in /${SITE}/vllm`);
    const document = JSON.parse((await image('base', '--json')).out);
    expect(document.image.id).toMatch(/^sha256:/);
    expect(document.packages[0].dir).toBe(`/${SITE}/vllm`);
    expect(document.packages[0].needsSource).toContain('vllm/software-e2m1');
  });

  it('gets one layer with the fixes, the receipt and labels, and needs nothing then', async () => {
    expect((await image('base', '--check')).code).toBe(1);
    expect(await image('base', '--tag', 'new')).toMatchObject({ code: 0 });
    expect(await image('new', '--check')).toMatchObject({ code: 0, err: '' });
    const again = await image('new', '--tag', 'third');
    expect([again.code, again.err]).toEqual([0, 'new: nothing to do\n']);
    expect(existsSync(join(store, 'third', 'root.tar'))).toBe(true);

    const labels = JSON.parse((await image('new', '--json')).out).image.labels;
    const base = JSON.parse((await image('base', '--json')).out).image.id;
    expect(labels).toMatchObject({
      'dgx-patch.base': base,
      'dgx-patch.vllm.fixes': FIXES,
      'org.opencontainers.image.base.name': 'base',
    });
    const files = snapshot(join(store, 'new', 'root'));
    expect(files[EDITED]).toContain('dgx-patch: vllm/qwen3-next-prefix');
    expect(files[BYTECODE]).toBe('');
    expect(JSON.parse(files[`${SITE}/vllm/.dgx-patch/receipt.json`]!)).toMatchObject({ formatVersion: 1 });
    expect(readdirSync(store).filter((name) => name.startsWith('container-'))).toEqual([]);
  });

  it('has a layer of nothing but what changed, with the owners of the image, the same twice', async () => {
    await image('base', '--tag', 'one');
    await image('base', '--tag', 'two');
    const [one, two] = ['one', 'two'].map((name) => readFileSync(join(store, name, 'layer.tar')));
    expect(one!.equals(two!)).toBe(true);
    const rows = listed(join(store, 'one', 'layer.tar'));
    expect(rows.filter((row) => !/ 7\/9 /.test(row))).toEqual([]);
    expect(rows.filter((row) => row.startsWith('-')).map((row) => row.split(' ').at(-1))).toEqual(
      expect.arrayContaining([EDITED, BYTECODE, `${SITE}/vllm-9.9.9.dist-info/RECORD`]),
    );
    expect(rows.some((row) => row.endsWith('platforms/interface.py'))).toBe(false);
  });

  it('gives back the bytes of its base', async () => {
    await image('base', '--tag', 'new');
    const root = join(store, 'new', 'root');
    const at = ['--target', 'vllm@installed', '--site-packages', join(root, SITE)];
    expect(await cli('revert', ...at)).toMatchObject({ code: 0 });
    const base = join(dir, 'base');
    mkdirSync(base);
    execFileSync('tar', ['-C', base, '-xf', join(store, 'base', 'root.tar')]);
    const source = (folder: string) =>
      Object.entries(snapshot(folder))
        .filter(([path]) => !path.endsWith('.pyc'))
        .sort();
    expect(source(root)).toEqual(source(base));
  });

  it('prints the lines for a build of one’s own, and writes the layer', async () => {
    const layer = join(dir, 'layer.tar');
    const { code, out } = await image('base', '--containerfile', '--layer', layer);
    expect([code, out]).toEqual([0, expect.stringContaining(`FROM base\nADD ${layer} /\nLABEL \\\n`)]);
    await image('base', '--tag', 'new');
    expect(readFileSync(layer).equals(readFileSync(join(store, 'new', 'layer.tar')))).toBe(true);
  });

  it('fails where a required fix cannot be there', async () => {
    const { code, err } = await image('base', '--tag', 'new', '--require', 'vllm/software-e2m1');
    expect([code, err]).toEqual([1, expect.stringContaining('it needs the source of v9.9.9')]);
    expect(existsSync(join(store, 'new'))).toBe(false);
  });

  it('says what is wrong with the request', async () => {
    expect(await image('none')).toMatchObject({ code: 3, err: expect.stringContaining('docker pull none') });
    expect((await image('base', '--check', '--tag', 'new')).code).toBe(2);
    expect((await image('base', '--site-packages', '/opt')).code).toBe(3);
    expect((await cli('image', 'base', '--engine', 'none')).code).toBe(2);
  });
});

describe.skipIf(ENGINES.length === 0)(`an image of a real engine${without}`, () => {
  it.each(ENGINES)(
    '%s',
    async (engine) => {
      const dir = tempFolder();
      execFileSync('tar', ['--owner=0', '--group=0', '-C', rootFolder(), '-cf', join(dir, 'root.tar'), '.']);
      writeFileSync(join(dir, 'Containerfile'), 'FROM scratch\nADD root.tar /\nENTRYPOINT ["/bin/serve"]\n');
      const [base, one, two] = ['base', 'one', 'two'].map((name) => `localhost/dgx-patch-image-${name}`);
      const image = (...args: string[]) => cli('image', ...args, '--engine', engine);
      const facts = async (ref: string) => JSON.parse((await image(ref, '--json')).out);
      try {
        execFileSync(engine, ['build', '--tag', base!, '--file', join(dir, 'Containerfile'), dir], {
          stdio: 'ignore',
        });
        expect(await image(base!, '--tag', one!)).toMatchObject({ code: 0 });
        expect(await image(base!, '--tag', two!)).toMatchObject({ code: 0 });
        const [before, first, second] = await Promise.all([base!, one!, two!].map(facts));
        expect(first.image.layers.slice(0, -1)).toEqual(before.image.layers);
        expect(second.image.layers).toEqual(first.image.layers);
        expect(first.image.labels).toMatchObject({
          'dgx-patch.base': before.image.id,
          'dgx-patch.vllm.fixes': FIXES,
        });
        expect(first.packages[0].needsBuild).toEqual(before.packages[0].needsBuild);
        expect(await image(one!, '--check')).toMatchObject({ code: 0 });
        expect((await image(one!, '--tag', two!)).err).toBe(`${one}: nothing to do\n`);
      } finally {
        for (const ref of [base, one, two]) {
          try {
            execFileSync(engine, ['rmi', '--force', ref!], { stdio: 'ignore' });
          } catch {}
        }
      }
    },
    240_000,
  );
});
