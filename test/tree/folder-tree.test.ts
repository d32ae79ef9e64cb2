import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FolderTree } from '../../src/tree/folder-tree.js';
import { tempFolder } from '../support/temp.js';

let dir: string;
let tree: FolderTree;

beforeEach(() => {
  dir = join(tempFolder(), 'tree');
  for (const path of ['a/b', 'a-b', '.git', 'node_modules/x', 'a/__pycache__', '.dgx-patch'])
    mkdirSync(join(dir, path), { recursive: true });
  for (const path of [
    'z.py',
    'a/b/c.cu',
    'a-b/d.cu',
    '.git/HEAD',
    'node_modules/x/i.js',
    'a/__pycache__/m.pyc',
    '.dgx-patch/receipt.json',
  ]) {
    writeFileSync(join(dir, path), `${path}\xff\r\n`, 'latin1');
  }
  tree = new FolderTree(dir);
});

describe('FolderTree', () => {
  it('lists regular files, sorted, without what is no source', async () => {
    expect(await tree.paths()).toEqual(['a-b/d.cu', 'a/b/c.cu', 'z.py']);
  });

  it('reads bytes', async () => {
    expect(await tree.read('a/b/c.cu')).toEqual({ path: 'a/b/c.cu', text: 'a/b/c.cu\xff\r\n' });
  });

  it.each(['none', 'a', 'a/b', 'z.py/x', '', '.', '..', '../outside', 'a/../../outside'])(
    'has no file %j',
    async (path) => {
      writeFileSync(join(dir, '..', 'outside'), 'secret');
      expect(await tree.read(path)).toBeUndefined();
    },
  );

  it('follows no link, wherever it leads', async () => {
    writeFileSync(join(dir, '..', 'outside'), 'secret');
    symlinkSync('../outside', join(dir, 'out'));
    symlinkSync('z.py', join(dir, 'in'));
    symlinkSync('a', join(dir, 'folder'));
    symlinkSync('..', join(dir, 'up'));
    symlinkSync('loop', join(dir, 'loop'));
    symlinkSync('nothing', join(dir, 'dangling'));
    expect(await tree.paths()).toEqual(['a-b/d.cu', 'a/b/c.cu', 'z.py']);
    for (const path of ['out', 'in', 'folder/b/c.cu', 'up/outside', 'loop', 'dangling']) {
      expect([path, await tree.read(path)]).toEqual([path, undefined]);
    }
  });

  it('reads from a folder that is itself reached through a link', async () => {
    symlinkSync(dir, join(dir, '..', 'link'));
    const linked = new FolderTree(join(dir, '..', 'link'));
    expect((await linked.read('z.py'))!.text).toBe('z.py\xff\r\n');
  });
});
