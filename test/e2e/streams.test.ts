import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../src/tree/temp-folder.js';
import { miniRepository } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

/** `npm test` builds first: only a process of its own has streams that break. */
const TOOL = new URL('../../dist/bin/dgx-patch.js', import.meta.url).pathname;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const shell = (script: string, env: Record<string, string> = {}): Ended =>
  spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { ...process.env, TOOL, ...env } });

const oneFailure = /^dgx-patch: [^\n]*\n(?: {2}(?:perhaps:|next:) [^\n]*\n)*$/;

describe.skipIf(!existsSync(TOOL))('a machine that fails is said in a line, with exit code 3', () => {
  it.skipIf(!existsSync('/dev/full'))('stdout that is full', () => {
    const { status, stderr } = shell('node "$TOOL" list > /dev/full');
    expect(stderr).toBe('dgx-patch: the output could not be written (ENOSPC)\n');
    expect(status).toBe(3);
  });

  it('stdout that nobody reads any more is no failure', () => {
    const { stdout, stderr } = shell('node "$TOOL" list | head -1');
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toBe('');
  });

  it('stdout and stderr that are closed', () => {
    expect(shell('node "$TOOL" list >&- 2>&-').status).toBe(0);
  });

  it('a working folder that is gone', () => {
    const { dir } = miniRepository();
    const gone = join(tempFolder(), 'gone');
    mkdirSync(gone);
    const command = `cd ${gone} && rmdir ${gone} && node "$TOOL" apply --target vllm@mini --mirror vllm=${dir}`;
    const { status, stderr } = shell(command);
    expect(stderr).toMatch(/the working folder is not there any more/);
    expect(stderr).toMatch(oneFailure);
    expect(status).toBe(3);
  });

  it('a TMPDIR that is not there', () => {
    const { dir } = miniRepository();
    const command = `node "$TOOL" verify --target vllm@mini --mirror vllm=${dir} --stage parse --only vllm/mtp-exclusion`;
    const { status, stderr } = shell(command, { TMPDIR: '/nowhere' });
    expect(stderr).toMatch(/no temporary folder can be made in \/nowhere \(ENOENT\)/);
    expect(status).toBe(3);
    // Judging needs none.
    expect(
      shell(command.replace('verify', 'status').replace('--stage parse ', ''), { TMPDIR: '/nowhere' }).status,
    ).toBe(0);
  });
});

it('what killed runs left in TMPDIR is swept by the next one, and the living keep theirs', async () => {
  const dir = tempFolder();
  const before = process.env.TMPDIR;
  process.env.TMPDIR = dir;
  try {
    const own = await temporaryFolder('verify');
    const dead = own.replace(`-${process.pid}-`, '-4194304-');
    const other = join(dir, 'dgx-patch-verify-123-4194304-abcdef');
    for (const path of [dead, other, join(dir, 'dgx-patch-of-mine')]) mkdirSync(path);
    const next = await temporaryFolder('verify');
    expect(readdirSync(dir).sort()).toEqual(
      [own, other, next, join(dir, 'dgx-patch-of-mine')].map((path) => path.slice(dir.length + 1)).sort(),
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(dir, { recursive: true, force: true });
  }
});
