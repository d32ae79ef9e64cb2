import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filePatch, patch } from '../../src/patch/write.js';
import type { EditedFile } from '../../src/source/edits.js';
import { applyEdits } from '../../src/source/edits.js';
import { toBytes } from '../../src/source/text.js';
import { blobId } from '../../src/tree/blob-id.js';
import { git, gitText } from '../../src/tree/git.js';
import { bytes, edited } from '../support/edits.js';
import { tempFolder } from '../support/temp.js';

const write = (dir: string, path: string, text: string): void => {
  mkdirSync(join(dir, dirname(path)), { recursive: true });
  writeFileSync(join(dir, path), text, 'latin1');
};

/** Lays the files out as they were, lets git apply the patch, and reads them back. */
async function applied(dir: string, files: readonly EditedFile[]): Promise<string[]> {
  for (const { path, before } of files) if (before !== undefined) write(dir, path, before);
  const input = Buffer.from(patch(files), 'latin1');
  if (input.length > 0) await git(dir, ['apply', '--whitespace=nowarn', '-'], { input });
  return files.map(({ path }) => readFileSync(join(dir, path), 'latin1'));
}

const afters = (files: readonly EditedFile[]): string[] => files.map(({ after }) => after);

describe('patch', () => {
  it.each<[string, string | undefined, string]>([
    ['a changed line', 'a\nb\nc\n', 'a\nB\nc\n'],
    ['CRLF', 'a\r\nb\r\n', 'a\r\nB\r\n'],
    ['one LF turned into CRLF', 'a\nb\n', 'a\r\nb\n'],
    ['a lone carriage return', 'a\rb\n', 'a\rB\n'],
    ['no final newline, before and after', 'a\nb', 'a\nB'],
    ['a final newline added', 'a\nb', 'a\nb\n'],
    ['a final newline taken away', 'a\nb\n', 'a\nb'],
    ['bytes that are no UTF-8', '\xff\xfe\n\x80a\n', '\xff\xfe\n\x81a\n'],
    ['CJK and emoji', toBytes('// 中文 🚀\nx\n'), toBytes('// 中文 🚀\ny\n')],
    ['a byte order mark', '\xef\xbb\xbfa\n', '\xef\xbb\xbfb\n'],
    ['lines that look like a patch', '--- a\n+++ b\n@@ -1 +1 @@\n', '--- a\n+++ c\n@@ -1 +1 @@\n'],
    ['an empty file that is filled', '', 'a\n'],
    ['a file that is emptied', 'a\n', ''],
    ['a new file', undefined, 'a\nb\n'],
    ['a new file with no final newline', undefined, 'a'],
    ['a new empty file', undefined, ''],
  ])('of %s is applied by git to the same bytes', async (_name, before, after) => {
    const files = [{ path: 'dir/f.cu', before, after }];
    expect(await applied(tempFolder(), files)).toEqual([after]);
  });

  it.each(['with space.cu', 'quote".cu', 'back\\slash.cu', 'tab\t.cu', 'ümlaut.cu', '中文/🚀.cu'])(
    'names %j as git does',
    async (path) => {
      const files = [{ path, before: 'a\n', after: 'b\n' }];
      expect(await applied(tempFolder(), files)).toEqual(['b\n']);
    },
  );

  it('leaves files out that do not change', () => {
    expect(patch([{ path: 'f', before: 'a\n', after: 'a\n' }])).toBe('');
  });

  it.each(['a/f.py', 'with space.py', 'tab\t"quoted".py', 'ümlaut 中.py'])(
    'is what git itself writes: %j',
    async (path) => {
      const dir = tempFolder();
      const before = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join('');
      const after = before
        .replace('line 3\n', 'LINE 3\nmore\n')
        .replace('line 20\n', '')
        .replace('line 39\n', 'line 39');
      write(dir, path, before);
      await git(dir, ['init', '--quiet']);
      await git(dir, ['add', '-A']);
      write(dir, path, after);
      const { stdout } = await git(dir, [
        '-c',
        'core.quotePath=true',
        'diff',
        '--full-index',
        '--no-color',
        '--unified=3',
      ]);
      const withoutHeading = stdout.toString('latin1').replace(/^(@@ .*? @@).*$/gm, '$1');
      expect(filePatch({ path, before, after })).toBe(withoutHeading);
    },
  );

  it('holds the blob ids that git gives, and the mode', async () => {
    const dir = tempFolder();
    write(dir, 'f', 'a\xff\n');
    expect(blobId('a\xff\n')).toBe(await gitText(dir, ['hash-object', 'f']));
    const text = patch([{ path: 'f', before: 'a\n', after: 'b\n' }], () => '100755');
    expect(text).toContain(`index ${blobId('a\n')}..${blobId('b\n')} 100755\n`);
  });

  it('is applied by git apply --3way to a file that moved on elsewhere', async () => {
    const dir = tempFolder();
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const before = lines.join('\n');
    write(dir, 'f', before);
    await git(dir, ['init', '--quiet']);
    await git(dir, ['add', '-A']);
    const moved = before.replace('line 14', 'line fourteen').replace('line 1\n', 'new\nnew\nline 1\n');
    write(dir, 'f', moved);
    await git(dir, ['add', '-A']);
    const input = Buffer.from(
      filePatch({ path: 'f', before, after: before.replace('line 17', 'edited') }),
      'latin1',
    );
    await git(dir, ['apply', '--3way', '-'], { input });
    expect(readFileSync(join(dir, 'f'), 'latin1')).toBe(moved.replace('line 17', 'edited'));
  });
});

describe('properties', () => {
  it('git apply gives exactly the bytes after, for any files', async () => {
    const dir = tempFolder();
    const change = edited.map(({ text, edits }) => ({ before: text, after: applyEdits(text, edits) }));
    const creation = bytes.map((after) => ({ before: undefined, after }));
    const anyFile = fc.oneof({ weight: 4, arbitrary: change }, creation);
    await fc.assert(
      fc.asyncProperty(fc.array(anyFile, { minLength: 1, maxLength: 20 }), async (all) => {
        const files = all.map((file, index) => ({ ...file, path: `d${index % 3}/f${index}` }));
        const own = join(dir, 'tree');
        rmSync(own, { recursive: true, force: true });
        mkdirSync(own);
        expect(await applied(own, files)).toEqual(afters(files));
      }),
      { numRuns: 60 },
    );
  });
});
