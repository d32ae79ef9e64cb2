import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { cli } from '../support/cli.js';
import { container, cubin, elf } from '../support/fatbin.js';
import { gitIn, snapshot } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';
import {
  CHECK_RECORD,
  contents,
  copyOwn,
  Environment,
  hasVenv,
  makeWheel,
  ownEntries,
  withoutVenv,
} from '../support/wheel.js';

const IN_PLACE = ['vllm/mtp-exclusion', 'vllm/mtp-fc-unquantized', 'vllm/qwen3-next-prefix'];
const EDITED = 'vllm/model_executor/models/qwen3_next.py';

const KERNELS = ['_Z16cvt_fp16_to_fp4v', '_ZN7cutlass4gemm4arch5Sm12012float_e2m1_tE'];

/** Kernels of two FP4 sources, one of them a GEMM. */
const libraryFor = (arch: number, flags: number): Buffer =>
  elf({
    '.nv_fatbin': Buffer.concat(
      KERNELS.map((name) => container([{ kind: 2, arch, flags, payload: cubin(name) }])),
    ),
  });
/** As v0.20 builds them: for the family. */
const LIBRARY = libraryFor(120, 0x20_0011);

describe.runIf(hasVenv)(`vllm@installed${withoutVenv}`, () => {
  let work: string;
  let environment: Environment;
  let repository: { dir: string; commit: string };
  let wheel: string;
  let at: string[];
  let before: Record<string, string>;

  const mirror = () => ['--mirror', `vllm=${repository.dir}`];
  const run = (command: string, ...rest: string[]) => cli(command, ...at, ...rest);

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'dgx-patch-test-'));
    environment = new Environment(join(work, 'venv'));
    const dir = inject('miniRepository').dir;
    repository = { dir, commit: gitIn(dir, 'rev-parse', 'HEAD') };
    const files = Object.fromEntries(
      Object.entries(snapshot(repository.dir)).filter(([path]) => path.startsWith('vllm/')),
    );
    const commit = repository.commit.slice(0, 9);
    wheel = makeWheel(work, {
      name: 'vllm',
      version: `0.1.dev7+g${commit}.cu130`,
      files: {
        ...files,
        'vllm/__init__.py': '',
        'vllm/_version.py': `__commit_id__ = commit_id = 'g${commit}'\n`,
        'vllm/_C.abi3.so': LIBRARY.toString('latin1'),
      },
    });
    environment.install(wheel);
    mkdirSync(join(work, 'fresh'));
    copyOwn(environment.site, join(work, 'fresh'), 'vllm');
    before = contents(environment.site, 'vllm');
    at = ['--target', 'vllm@installed', '--python', environment.python];
  });

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  beforeEach(() => {
    process.env.XDG_CACHE_HOME = tempFolder();
    for (const name of ownEntries(environment.site, 'vllm'))
      rmSync(join(environment.site, name), { recursive: true });
    copyOwn(join(work, 'fresh'), environment.site, 'vllm');
  });

  it('is judged without its source: what needs that is named, and not guessed', async () => {
    const { code, out } = await run('status', '--json');
    const document = JSON.parse(out);
    const needed = document.fixes.filter((fix: { verdict: string }) => fix.verdict === 'needed');
    expect([code, needed.map((fix: { id: string }) => fix.id)]).toEqual([0, IN_PLACE]);
    expect(document.needsSource).toEqual(
      expect.arrayContaining(['vllm/software-e2m1', 'vllm/capability-routing', 'vllm/cuda-arch-lists']),
    );
    expect(document.fixes.map((fix: { id: string }) => fix.id)).not.toContain('vllm/software-e2m1');
    expect(document.holds.sentences).toEqual([
      'sm_120f code for 2 of 2 FP4 units, none for sm_121: GB10 runs it',
    ]);
    const text = (await run('status')).out;
    expect(text).toContain(`not judged, it needs the source of ${repository.commit.slice(0, 9)}`);
    expect(text).toContain('compiled:  sm_120f code for 2 of 2 FP4 units');
  });

  it.each([
    [120, 'built for plain 12.0: the NVFP4 GEMMs are stubs'],
    [90, 'no SM12x code at all: this wheel cannot run on GB10 (it holds sm_90)'],
  ])('says what its libraries lack: built for sm_%i', async (arch, sentence) => {
    writeFileSync(join(environment.site, 'vllm', '_C.abi3.so'), libraryFor(arch, 0x11));
    const only = ['--only', 'vllm/mtp-exclusion'];
    const { holds } = JSON.parse((await run('status', '--json', ...only)).out);
    expect([holds.state, holds.sentences]).toEqual(['wrong', expect.arrayContaining([sentence])]);
    expect((await run('status', ...only)).out).toContain(sentence);
  });

  it('is judged with its source as the source tree is', async () => {
    const installed = JSON.parse((await run('status', '--json', ...mirror())).out);
    const source = JSON.parse((await cli('status', '--target', 'vllm@mini', '--json', ...mirror())).out);
    const verdicts = ({ fixes }: { fixes: { id: string; verdict: string }[] }) =>
      fixes.map(({ id, verdict }) => `${id} ${verdict}`).sort();
    expect(verdicts(installed)).toEqual(verdicts(source));
    expect(installed.needsSource).toEqual([]);
    expect(installed.needsBuild).toEqual(
      expect.arrayContaining(['vllm/software-e2m1', 'vllm/capability-routing', 'vllm/cuda-arch-lists']),
    );
    expect(installed.target.commit).toBe(repository.commit);
  });

  it('is patched in place, and reverted to the very bytes', async () => {
    const shown = await run('diff');
    const dry = await run('apply', '--dry-run');
    expect([shown.out.match(/^\+\+\+ /gm)?.length, dry.out]).toEqual([3, shown.out]);
    expect(contents(environment.site, 'vllm')).toEqual(before);

    const { code, out } = await run('apply');
    expect([code, out]).toEqual([0, expect.stringContaining('3 fixes applied')]);
    expect(JSON.parse(environment.run(CHECK_RECORD))).toEqual([]);
    expect(environment.pip('check')).toMatchObject({ code: 0 });
    execFileSync(environment.python, ['-m', 'compileall', '-q', join(environment.site, 'vllm')]);
    const status = JSON.parse((await run('status', '--json')).out);
    const applied = status.fixes.filter((fix: { verdict: string }) => fix.verdict === 'applied');
    expect(applied.map((fix: { id: string }) => fix.id)).toEqual(IN_PLACE);
    expect((await run('apply')).out).toContain('nothing to do, 3 fixes are applied');

    expect(await run('revert')).toMatchObject({ code: 0 });
    expect(contents(environment.site, 'vllm')).toEqual(before);
    expect(existsSync(join(environment.site, 'vllm', '.dgx-patch'))).toBe(false);
  });

  it('is uninstalled and installed again by pip as any other package', async () => {
    await run('apply');
    environment.install(wheel);
    expect(contents(environment.site, 'vllm')).toEqual(before);
    expect(await run('apply')).toMatchObject({ code: 0 });
    expect(environment.pip('uninstall', '--yes', 'vllm')).toMatchObject({ code: 0 });
    expect(existsSync(join(environment.site, 'vllm'))).toBe(false);
  });

  it('passes the rung of edited Python, before and after', async () => {
    const stage = ['--stage', 'parse,judge,python', '--json'];
    for (const command of ['plan', 'apply']) {
      if (command === 'apply') await run('apply');
      const { code, out } = await run('verify', ...stage);
      const { rungs } = JSON.parse(out) as { rungs: { stage: string; state: string }[] };
      const ran = rungs.filter(({ state }) => state !== 'not run').map(({ stage, state }) => [stage, state]);
      expect([code, ran]).toEqual([0, ['parse', 'judge', 'python'].map((name) => [name, 'passed'])]);
    }
  });

  it('leaves no bytecode that is trusted unseen', async () => {
    const file = join(environment.site, EDITED);
    const load =
      `import importlib.util as u; s = u.spec_from_file_location("m", ${JSON.stringify(file)}); import ast; ` +
      'code = s.loader.get_code("m"); print("dgx" if any("MARK" in str(c) for c in code.co_consts) else "old")';
    writeFileSync(file, `${readFileSync(file, 'latin1')}\nMARK = "MARK"\n`, 'latin1');
    const compile = ['-m', 'compileall', '-q', '-f', '--invalidation-mode', 'unchecked-hash', file];
    execFileSync(environment.python, compile);
    writeFileSync(file, before[EDITED]!, 'latin1');
    expect(environment.run(load).trim()).toBe('dgx');
    await run('apply');
    expect(environment.run(load).trim()).toBe('old');
  });

  it('is quiet with --if-needed, and judges again where a byte changed', async () => {
    const first = await run('apply', '--if-needed');
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('3 fixes applied')]);
    const state = join(environment.site, 'vllm', '.dgx-patch');
    const checked = readFileSync(join(state, 'checked.json'), 'utf8');
    expect(await run('apply', '--if-needed')).toEqual({ code: 0, out: '', err: '' });
    const file = join(environment.site, 'vllm', 'model_executor', 'layers', 'quantization', 'modelopt.py');
    writeFileSync(file, 'mine\n');
    expect(await run('apply', '--if-needed')).toMatchObject({ code: 5 });
    expect(readFileSync(join(state, 'checked.json'), 'utf8')).toBe(checked);
  });

  it('ends with 1 where a required fix is not in place', async () => {
    const required = ['--if-needed', '--require', 'vllm/mtp-exclusion'];
    expect(await run('apply', ...required)).toMatchObject({ code: 0 });
    expect(await run('apply', ...required)).toEqual({ code: 0, out: '', err: '' });
    const { code, err } = await run('apply', '--if-needed', '--require', 'vllm/software-e2m1');
    expect([code, err]).toEqual([1, expect.stringMatching(/software-e2m1: it needs the source of/)]);
    const built = await run('apply', '--require', 'vllm/software-e2m1', ...mirror());
    expect([built.code, built.err]).toEqual([1, expect.stringContaining('it needs a build from source')]);
    expect(await run('apply', '--require', 'vllm/none')).toMatchObject({ code: 2 });
    expect(await run('apply', '--require', 'cutlass/gdc-sm121')).toMatchObject({ code: 2 });
  });

  it('keeps what it found where nothing is to do, outside of the package', async () => {
    const only = ['--only', 'vllm/mtp-exclusion'];
    await run('apply', ...only);
    await run('revert');
    const none = ['--only', 'vllm/integrated-memory', '--if-needed'];
    expect(await run('apply', ...none)).toEqual({ code: 0, out: '', err: '' });
    expect(contents(environment.site, 'vllm')).toEqual(before);
    expect(existsSync(join(process.env.XDG_CACHE_HOME!, 'dgx-patch', 'installed'))).toBe(true);
  });

  it('applies more to what is patched already, and reverts both', async () => {
    await run('apply', '--only', 'vllm/mtp-exclusion');
    const { out } = await run('apply');
    expect(out).toContain('2 fixes applied');
    expect(JSON.parse(environment.run(CHECK_RECORD))).toEqual([]);
    await run('revert');
    expect(contents(environment.site, 'vllm')).toEqual(before);
  });

  it('says that the package was upgraded over a patched one', async () => {
    await run('apply');
    const info = join(environment.site, `vllm-0.1.dev7+g${repository.commit.slice(0, 9)}.cu130.dist-info`);
    const metadata = join(info, 'METADATA');
    writeFileSync(metadata, readFileSync(metadata, 'utf8').replace(/^Version:.*$/m, 'Version: 0.2.0'));
    const { code, err } = await run('apply');
    expect([code, err]).toEqual([5, expect.stringContaining('not for v0.2.0')]);
  });

  const asRoot = process.getuid?.() === 0;
  it.skipIf(asRoot)(
    `refuses a read-only environment${asRoot ? ' (skipped: root writes anywhere)' : ''}`,
    async () => {
      chmodSync(join(environment.site, 'vllm'), 0o555);
      try {
        expect(await run('apply')).toMatchObject({ code: 5 });
      } finally {
        chmodSync(join(environment.site, 'vllm'), 0o755);
      }
    },
  );

  it('patches a shared volume once', async () => {
    const ran = await Promise.all(['a', 'b', 'c'].map(() => run('apply', '--if-needed')));
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(ran.filter(({ out }) => out.includes('3 fixes applied'))).toHaveLength(1);
    expect(JSON.parse(environment.run(CHECK_RECORD))).toEqual([]);
    await run('revert');
    expect(contents(environment.site, 'vllm')).toEqual(before);
  });
});
