import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import jitArchSuffix from '../../../codemods/flashinfer/jit-arch-suffix/codemod.js';
import jitJobCap from '../../../codemods/flashinfer/jit-job-cap/codemod.js';
import { fixFixture } from '../../support/judge-files.js';
import { tempFolder } from '../../support/temp.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const title = hasPython ? '' : ' (skipped: python3 is not there)';

/** Runs a script beside a module's patched text, with stand-ins for what it imports. */
function python(files: Record<string, string>, script: string, environment: Record<string, string>): string {
  const dir = tempFolder();
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text, 'latin1');
  mkdirSync(join(dir, 'torch'));
  writeFileSync(join(dir, 'torch', '__init__.py'), '');
  const { stdout, stderr } = spawnSync('python3', ['-c', script], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });
  return stdout.trim() || stderr;
}

describe(`flashinfer/jit-arch-suffix, run${title}`, () => {
  it.skipIf(!hasPython).each([
    ['12.1', "[(12, '1a')]"],
    ['12.1a', "[(12, '1a')]"],
    ['12.0f 9.0', "[(9, '0'), (12, '0f')]"],
  ])('%s becomes %s', async (list, targets) => {
    const text = (await fixFixture(jitArchSuffix, 'taken-verbatim')).get(
      'flashinfer/compilation_context.py',
    )!;
    const script = 'from context import CompilationContext as C; print(sorted(C().TARGETS))';
    expect(python({ 'context.py': text }, script, { FLASHINFER_CUDA_ARCH_LIST: list })).toBe(targets);
  });
});

describe(`flashinfer/jit-job-cap, run${title}`, () => {
  const script = `
import builtins, io, os, subprocess
import ext
real = builtins.open
builtins.open = lambda path, *rest: io.StringIO(f"MemTotal: 1 kB\\nMemAvailable: {GIB << 20} kB\\n") if path == "/proc/meminfo" else real(path, *rest)
os.cpu_count = lambda: 20
subprocess.run = lambda argv, **rest: print(argv[argv.index("-j") + 1])
ext.run_ninja("w", "f", False)
`;
  it.skipIf(!hasPython).each([
    [33, {}, '4'],
    [500, {}, '22'],
    [3, {}, '1'],
    [33, { MAX_JOBS: '9' }, '9'],
  ])('%d GiB and %o make %s jobs', async (gib, environment, jobs) => {
    const text = (await fixFixture(jitJobCap, 'own-workers')).get('flashinfer/jit/cpp_ext.py')!;
    expect(python({ 'ext.py': text }, `GIB = ${gib}\n${script}`, environment)).toBe(jobs);
  });
});
