import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp.js';

type Zip = (entries: readonly { name: string; bytes: Buffer; mode?: number }[]) => Buffer;
type Wheel = (
  about: object,
  tag: string,
  executable: Buffer,
  notices: Record<string, string>,
) => {
  file: string;
  bytes: Buffer;
};
const { zip } = (await import(join(ROOT, 'scripts/package/zip.mjs'))) as { zip: Zip };
const { wheel } = (await import(join(ROOT, 'scripts/package/wheel.mjs'))) as { wheel: Wheel };

const ABOUT = { version: '1.2.3', description: 'A tool', homepage: 'https://example.com' };
const SCRIPT = '#!/bin/sh\necho "ran $*"\n';
const make = (script = SCRIPT) =>
  wheel(ABOUT, 'any', Buffer.from(script), { LICENSE: 'L', 'THIRD-PARTY-NOTICES': 'T' });

/** A Python with pip, which installs into an environment that has none: making that one takes a moment. */
const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import venv, pip']).status === 0);

describe('zip', () => {
  it.skipIf(!python)('is read by others, with modes and text of any length (skipped without python3)', () => {
    const entries = [
      { name: 'a/empty', bytes: Buffer.alloc(0) },
      { name: 'grün', bytes: Buffer.from('ü'.repeat(70_000)), mode: 0o755 },
    ];
    const file = join(tempFolder(), 'x.zip');
    writeFileSync(file, zip(entries));
    const code =
      'import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps([[i.filename, i.file_size, i.external_attr >> 16] for i in z.infolist()]))';
    expect(JSON.parse(execFileSync(python!, ['-c', code, file], { encoding: 'utf8' }))).toEqual([
      ['a/empty', 0, 0o100644],
      ['grün', 140_000, 0o100755],
    ]);
  });
});

describe('the wheel', () => {
  it('is the same bytes each time, and named for its platform', () => {
    expect(make().bytes.equals(make().bytes)).toBe(true);
    expect(wheel(ABOUT, 'manylinux_2_28_aarch64', Buffer.from(''), {}).file).toBe(
      'dgx_patch-1.2.3-py3-none-manylinux_2_28_aarch64.whl',
    );
  });

  it.skipIf(!python)(
    'is installed by pip, runs, and leaves nothing (skipped without python3 and pip)',
    () => {
      const dir = tempFolder();
      const { file, bytes } = make();
      writeFileSync(join(dir, file), bytes);
      const run = (program: string, ...args: string[]) =>
        execFileSync(join(dir, 'venv/bin', program), args, {
          encoding: 'utf8',
          env: { PATH: process.env.PATH!, HOME: dir },
        });
      execFileSync(python!, ['-m', 'venv', '--without-pip', join(dir, 'venv')]);
      const pip = (...args: string[]) =>
        execFileSync(python!, ['-m', 'pip', '--python', join(dir, 'venv/bin/python'), ...args], {
          encoding: 'utf8',
        });
      const listed = () =>
        execFileSync('find', [join(dir, 'venv'), '-name', '__pycache__', '-prune', '-o', '-print'], {
          encoding: 'utf8',
        })
          .split('\n')
          .sort();
      const before = listed();
      pip('install', '--quiet', '--no-index', join(dir, file));
      expect(pip('check')).toContain('No broken requirements');
      expect(run('dgx-patch', 'a', 'b c')).toBe('ran a b c\n');
      expect(run('python', '-m', 'dgx_patch', 'x')).toBe('ran x\n');
      pip('uninstall', '--quiet', '--yes', 'dgx-patch');
      expect(listed()).toEqual(before);
    },
  );
});
