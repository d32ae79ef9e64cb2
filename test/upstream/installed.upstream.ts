import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import type { Outcome } from '../../src/codemod/types.js';
import { judgeInstalled } from '../../src/installed/judge.js';
import { judgeTree } from '../../src/judge/judge.js';
import { readPins } from '../../src/pins/pins.js';
import type { SourceTree } from '../../src/source/tree.js';
import { cli } from '../support/cli.js';
import { mirrors, treeAt, without } from '../support/mirrors.js';
import { CHECK_RECORD, contents, Environment, hasVenv, makeWheel, withoutVenv } from '../support/wheel.js';

const BUILD = { cuda: '13.0', arch: '12.1a' };
const FIXES = CODEMODS.filter(({ project }) => project === 'vllm');
const { pins } = await readPins('upstream-pins.json');
const RELEASES = pins.filter(({ project }) => project === 'vllm').map(({ name, commit }) => [name, commit]);

const REQUIREMENTS = 'requirements/cuda.txt';

/** What a wheel carries of a source tree: its folder, and its requirements, those of extras with them. */
function wheelOf(tree: SourceTree): SourceTree {
  const requirements = async () => {
    const text = async (path: string) => (await tree.read(path))?.text ?? '';
    const extra = /flashinfer-python==[\d.]+/.exec(await text('setup.py'))?.[0] ?? '';
    return { path: REQUIREMENTS, text: `${await text(REQUIREMENTS)}\n${extra}\n` };
  };
  return {
    paths: async () => (await tree.paths()).filter((path) => path.startsWith('vllm/')),
    read: async (path) =>
      path === REQUIREMENTS ? requirements() : path.startsWith('vllm/') ? tree.read(path) : undefined,
  };
}

const said = ({ codemod, verdict, reason, sites, edits }: Outcome) => ({
  id: codemod.id,
  verdict,
  reason,
  sites: sites.map(({ path, line, state }) => `${path}:${line} ${state}`),
  edits,
});

describe.skipIf(!mirrors.has('vllm'))(`a wheel beside its source tree${without('vllm')}`, () => {
  it.each(RELEASES)('%s: the same verdicts and edits', async (_, commit) => {
    const tree = await treeAt('vllm', commit!);
    try {
      const source = await judgeTree(tree, FIXES, BUILD);
      const view = { folder: 'vllm/', requirements: REQUIREMENTS, complete: false };
      const wheel = await judgeInstalled(wheelOf(tree), view, FIXES, BUILD, {}, true);
      const seen = new Set(wheel.here.map(({ codemod }) => codemod.id));
      expect(wheel.here.map(said)).toEqual(source.filter(({ codemod }) => seen.has(codemod.id)).map(said));
      const python = source.filter(
        ({ edits }) => edits.length > 0 && edits.every(({ path }) => path.startsWith('vllm/')),
      );
      expect(python.filter(({ codemod }) => !seen.has(codemod.id)).map(({ codemod }) => codemod.id)).toEqual(
        [],
      );
      expect(seen.size).toBeGreaterThan(FIXES.length / 2);
    } finally {
      tree.close();
    }
  });
});

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
      const tree = await treeAt('vllm', revision);
      const files: Record<string, string> = {};
      try {
        for (const path of await wheelOf(tree).paths()) files[path] = (await tree.read(path))!.text;
      } finally {
        tree.close();
      }
      const wheel = makeWheel(work, { name: 'vllm', version, files });
      environment.install(wheel);
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
      const edited = Object.keys(before).filter(
        (path) => contents(environment.site, 'vllm')[path] !== before[path],
      );
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
    300_000,
  );
});
