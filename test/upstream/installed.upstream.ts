import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { mirrors, treeAt, without } from '../support/mirrors.js';
import {
  CHECK_RECORD,
  contents,
  Environment,
  hasVenv,
  makeWheel,
  type Wheel,
  withoutVenv,
} from '../support/wheel.js';
import { vllmWheel } from './layout.js';

async function wheelAt(revision: string, version: string): Promise<Wheel> {
  const tree = await treeAt('vllm', revision);
  try {
    return await vllmWheel(tree, version, tree.commit);
  } finally {
    tree.close();
  }
}

const skipped = !mirrors.has('vllm') || !hasVenv;
describe.skipIf(skipped)(`the Python part as it is installed${without('vllm')}${withoutVenv}`, () => {
  const LAYOUTS = [
    ['v0.16.0', '0.16.0+cu130'],
    ['v0.20.2', '0.20.2'],
    ['017e9f4448', '0.1.dev20000+g017e9f444.cu130'],
  ] as const;
  let work: string;
  let environment: Environment;

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'dgx-patch-test-'));
    environment = new Environment(join(work, 'venv'));
    process.env.XDG_CACHE_HOME = join(work, 'cache');
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it.each(LAYOUTS)(
    '%s: judged, applied, compiled, proved, reverted',
    async (revision, version) => {
      const { files, requires } = await wheelAt(revision, version);
      // Of what it requires, one package: pip can then check that all is there.
      const [pin] = requires!.filter((row) => /^flashinfer-python==[\d.]+$/.test(row));
      if (pin) {
        const [name, own] = pin.split('==') as [string, string];
        environment.install(makeWheel(work, { name, version: own, files: { 'flashinfer/__init__.py': '' } }));
      }
      environment.install(makeWheel(work, { name: 'vllm', version, files, requires: pin ? [pin] : [] }));
      const before = contents(environment.site, 'vllm');
      const at = ['--target', 'vllm@installed', '--python', environment.python];

      // Without its source: DGX_PATCH_MIRRORS names it, and counts.
      const mirror = process.env.DGX_PATCH_MIRRORS;
      delete process.env.DGX_PATCH_MIRRORS;
      const alone = JSON.parse((await cli('status', ...at, '--json')).out);
      process.env.DGX_PATCH_MIRRORS = mirror;
      expect(alone.needsSource.length).toBeGreaterThan(3);
      const whole = JSON.parse((await cli('status', ...at, '--json')).out);
      expect(whole.needsSource).toEqual([]);
      expect(whole.target.revision).toBe(revision === '017e9f4448' ? '017e9f444' : revision);

      expect(await cli('apply', ...at)).toMatchObject({ code: 0 });
      const after = contents(environment.site, 'vllm');
      const edited = Object.keys(before).filter((path) => after[path] !== before[path]);
      expect(edited.filter((path) => path.endsWith('.py')).length).toBeGreaterThan(0);
      execFileSync(environment.python, ['-m', 'compileall', '-q', '-j', '2', join(environment.site, 'vllm')]);
      expect(JSON.parse(environment.run(CHECK_RECORD))).toEqual([]);
      expect(environment.pip('check')).toMatchObject({ code: 0 });
      const proof = JSON.parse((await cli('verify', ...at, '--stage', 'parse,judge,python', '--json')).out);
      const states = proof.rungs.map(({ stage, state }: { stage: string; state: string }) => [stage, state]);
      expect(states.filter(([, state]: [string, string]) => state !== 'not run')).toEqual([
        ['parse', 'passed'],
        ['judge', 'passed'],
        ['python', 'passed'],
      ]);
      expect(await cli('apply', ...at, '--if-needed')).toEqual(expect.objectContaining({ code: 0, out: '' }));
      expect(await cli('revert', ...at)).toMatchObject({ code: 0 });
      expect(contents(environment.site, 'vllm')).toEqual(before);
    },
    500_000,
  );
});
