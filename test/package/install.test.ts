import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp.js';

const SCRIPT = join(ROOT, 'scripts/package/install.sh');

/** A release page in a folder: for each architecture a stand-in that says which it is. */
function release(): string {
  const dir = tempFolder();
  const sums: string[] = [];
  for (const arch of ['x64', 'arm64']) {
    const name = `dgx-patch-1.2.3-linux-${arch}`;
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'dgx-patch'), `#!/bin/sh\necho "1.2.3 for ${arch}"\n`, { mode: 0o755 });
    execFileSync('tar', ['-C', dir, '-czf', join(dir, `${name}.tar.gz`), name]);
    sums.push(
      `${createHash('sha256')
        .update(readFileSync(join(dir, `${name}.tar.gz`)))
        .digest('hex')}  ${name}.tar.gz\n`,
    );
  }
  writeFileSync(join(dir, 'SHA256SUMS'), sums.join(''));
  return dir;
}

/** Runs the script as a user whose machine says that it is of an architecture. */
function install(from: string, home: string, machine = 'aarch64', ...args: string[]) {
  const bin = join(home, 'stand-ins');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'uname'), `#!/bin/sh\n[ "$1" = -s ] && echo Linux || echo ${machine}\n`, {
    mode: 0o755,
  });
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, DGX_PATCH_RELEASE: from };
  const { status, stdout, stderr } = spawnSync('sh', [SCRIPT, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('install.sh', () => {
  it.each([
    ['aarch64', 'arm64'],
    ['x86_64', 'x64'],
  ])('on %s puts one file into ~/.local/bin, and takes it away again', (machine, arch) => {
    const home = tempFolder();
    const ran = install(release(), home, machine);
    expect(ran).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`1.2.3 for ${arch} is installed`),
    });
    const bin = join(home, '.local/bin');
    expect(readdirSync(bin)).toEqual(['dgx-patch']);
    expect(statSync(join(bin, 'dgx-patch')).mode & 0o111).not.toBe(0);
    mkdirSync(join(home, '.cache/dgx-patch'), { recursive: true });
    expect(install('', home, machine, '--uninstall')).toMatchObject({ status: 0 });
    expect([readdirSync(bin), existsSync(join(home, '.cache/dgx-patch'))]).toEqual([[], false]);
  });

  it.each<[string, (dir: string) => void, string]>([
    [
      'a tarball that is not what the sums say',
      (dir) => appendFileSync(join(dir, 'dgx-patch-1.2.3-linux-arm64.tar.gz'), 'x'),
      'nothing was installed',
    ],
    [
      'sums without the architecture',
      (dir) => writeFileSync(join(dir, 'SHA256SUMS'), ''),
      'no executable for linux-arm64',
    ],
    [
      'sums that name a path',
      (dir) =>
        writeFileSync(join(dir, 'SHA256SUMS'), `${'0'.repeat(64)}  ../dgx-patch-1-linux-arm64.tar.gz\n`),
      'no executable',
    ],
  ])('refuses %s, and leaves what is there', (_what, spoil, words) => {
    const home = tempFolder();
    const good = release();
    install(good, home);
    const before = readFileSync(join(home, '.local/bin/dgx-patch'), 'utf8');
    spoil(good);
    expect(install(good, home)).toMatchObject({ status: 1, stderr: expect.stringContaining(words) });
    expect(readFileSync(join(home, '.local/bin/dgx-patch'), 'utf8')).toBe(before);
  });

  it.each([
    ['another machine', 'riscv64', [], 'riscv64'],
    ['another option', 'aarch64', ['--remove'], 'usage'],
    ['nothing to take away', 'aarch64', ['--uninstall'], 'there is no'],
  ])('ends at %s with a reason', (_what, machine, args, words) => {
    expect(install(release(), tempFolder(), machine, ...args)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(words),
    });
  });
});
