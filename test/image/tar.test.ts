import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAR_END, tarEntry } from '../../src/container/tar-entry.js';
import { Failure } from '../../src/failure.js';
import { filesOf } from '../../src/image/files.js';
import { readTar, TarError, type TarMember } from '../../src/image/tar-reader.js';
import { snapshot } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

/** A stream that comes in pieces of this many bytes. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function membersOf(tar: Buffer, size = 700): Promise<Map<string, TarMember & { text: string }>> {
  const members = new Map<string, TarMember & { text: string }>();
  await readTar(pieces(tar, size), (member) => {
    const own = { ...member, text: '' };
    members.set(member.path, own);
    return (piece) => {
      own.text += piece.toString('latin1');
    };
  });
  return members;
}

const entry = (path: string, text = '', type: 'file' | 'folder' | 'link' = 'file') =>
  tarEntry({ path, type, mode: 0o644, mtime: 0, data: Buffer.from(text, 'latin1') });

describe('a tar', () => {
  const LONG = `${'folder/'.repeat(30)}${'name'.repeat(50)}`;

  it.each(['gnu', 'pax', 'ustar'])('that tar wrote is read: %s', async (format) => {
    const dir = tempFolder();
    mkdirSync(join(dir, 'a'));
    writeFileSync(join(dir, 'a', 'file'), 'x'.repeat(1500), { mode: 0o640 });
    symlinkSync('a/file', join(dir, 'soft'));
    linkSync(join(dir, 'a', 'file'), join(dir, 'hard'));
    const long = format === 'ustar' ? 'short' : LONG;
    mkdirSync(join(dir, long, '..'), { recursive: true });
    writeFileSync(join(dir, long), 'deep');
    const argv = [
      `--format=${format}`,
      '--owner=7',
      '--group=9',
      '--numeric-owner',
      '-C',
      dir,
      '-cf',
      '-',
      '.',
    ];
    const members = await membersOf(execFileSync('tar', argv));
    expect(members.get('a')).toMatchObject({ type: 'folder' });
    expect(members.get(long)).toMatchObject({ type: 'file', text: 'deep', uid: 7, gid: 9 });
    expect(members.get('soft')).toMatchObject({ type: 'symlink', link: 'a/file' });
    const both = ['a/file', 'hard'].map((path) => members.get(path)!);
    expect(both.map(({ type }) => type).sort()).toEqual(['file', 'hardlink']);
    expect(both.find(({ type }) => type === 'file')).toMatchObject({ mode: 0o640, text: 'x'.repeat(1500) });
  });

  it('that we wrote is read, however it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.stringMatching(/^[a-zé]{1,60}(?:\/[a-z]{1,80}){0,3}$/),
          fc.string({ unit: 'binary-ascii' }),
        ),
        fc.integer({ min: 1, max: 2000 }),
        async (files, size) => {
          const tar = Buffer.concat([
            ...Object.entries(files).map(([path, text]) => entry(path, text)),
            TAR_END,
          ]);
          const read = [...(await membersOf(tar, size))].map(([path, { text }]) => [path, text]);
          expect(read).toEqual(Object.entries(files));
        },
      ),
    );
  });

  it('that is none ends with a TarError, and with nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        const error = await membersOf(Buffer.from(bytes)).then(
          () => undefined,
          (cause) => cause,
        );
        expect(error === undefined || error instanceof TarError).toBe(true);
      }),
    );
  });
});

describe('the packages of an image', () => {
  const SITE = 'usr/lib/python3.12/site-packages';
  const copyOut = async (...entries: Buffer[]) => {
    const dir = tempFolder();
    return { dir, files: await filesOf(pieces(Buffer.concat([...entries, TAR_END]), 512), dir) };
  };

  it('are copied, and nothing else', async () => {
    const { dir, files } = await copyOut(
      entry('etc/passwd', 'root'),
      entry(`${SITE}/vllm/__init__.py`, 'one'),
      entry(`${SITE}/vllm/__pycache__/__init__.cpython-312.pyc`, 'bytes'),
      entry(`${SITE}/vllm-0.16.0.dist-info/METADATA`, 'Version: 0.16.0'),
      entry(`${SITE}/torch/__init__.py`, 'large'),
      entry('opt/venv/lib/python3.11/site-packages/flashinfer/__init__.py'),
    );
    expect(Object.keys(snapshot(dir)).sort()).toEqual([
      'opt/venv/lib/python3.11/site-packages/flashinfer/__init__.py',
      `${SITE}/vllm-0.16.0.dist-info/METADATA`,
      `${SITE}/vllm/__init__.py`,
    ]);
    expect(files.sites).toEqual(['opt/venv/lib/python3.11/site-packages', SITE]);
    expect(files.members.has(`${SITE}/vllm/__pycache__/__init__.cpython-312.pyc`)).toBe(true);
  });

  it('never lead out of their folder', async () => {
    const away = tempFolder();
    const { dir } = await copyOut(
      entry(`../../${SITE}/vllm/evil.py`, 'x'),
      entry(`${SITE}/vllm/../../../evil.py`, 'x'),
      entry(`${SITE}/vllm`, away, 'link'),
      entry(`${SITE}/vllm/inside.py`, 'x'),
    );
    expect(snapshot(away)).toEqual({});
    expect(Object.keys(snapshot(dir))).toEqual([`${SITE}/vllm/inside.py`]);
  });

  it('are refused where they are hard links', async () => {
    const hard = entry(`${SITE}/vllm/__init__.py`, 'root/.cache/uv/x', 'link');
    hard.write('1', 156);
    hard.write('        ', 148);
    hard.write(
      `${hard
        .subarray(0, 512)
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    await expect(copyOut(hard)).rejects.toThrow(Failure);
  });
});
