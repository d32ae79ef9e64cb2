import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { git } from '../../src/tree/git.js';
import { GitTree } from '../../src/tree/git-tree.js';
import { ObjectReader } from '../../src/tree/object-reader.js';
import { Repository } from '../support/git-server.js';
import { tempFolder } from '../support/temp.js';

const opened = (dir: string, commit: string): GitTree => {
  const tree = new GitTree(dir, commit);
  onTestFinished(() => tree.close());
  return tree;
};

describe('GitTree', () => {
  it('gives the bytes of the commit, whatever the work tree holds', async () => {
    const repository = await Repository.make();
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const commit = await repository.commit({ 'a.cu': 'a\r\nb', 'all/bytes': bytes, empty: '' });
    writeFileSync(join(repository.dir, 'a.cu'), 'changed');
    const tree = opened(repository.dir, commit);
    expect((await tree.read('a.cu'))!.text).toBe('a\r\nb');
    expect((await tree.read('all/bytes'))!.text).toBe(bytes);
    expect((await tree.read('empty'))!.text).toBe('');
    expect(await tree.read('none')).toBeUndefined();
    expect(await tree.read('all')).toBeUndefined();
  });

  it('converts nothing on the way, whatever attributes say', async () => {
    const repository = await Repository.make();
    await git(repository.dir, ['config', 'core.autocrlf', 'false']);
    const commit = await repository.commit({ 'a.cu': 'a\nb\n' });
    await repository.commit({ '.gitattributes': '*.cu text eol=crlf ident\n' });
    expect((await opened(repository.dir, commit).read('a.cu'))!.text).toBe('a\nb\n');
  });

  it('has no links and no submodules, and knows modes', async () => {
    const repository = await Repository.make();
    mkdirSync(join(repository.dir, 'd'));
    symlinkSync('../run.sh', join(repository.dir, 'd/link'));
    writeFileSync(join(repository.dir, 'run.sh'), '#!/bin/sh\n');
    chmodSync(join(repository.dir, 'run.sh'), 0o755);
    const before = await repository.commit({ 'a b/中文.cu': 'x', 'quote".h': 'y' });
    await git(repository.dir, ['update-index', '--add', '--cacheinfo', `160000,${before},sub`]);
    const tree = opened(repository.dir, await repository.commit({}));
    expect(await tree.paths()).toEqual(['a b/中文.cu', 'quote".h', 'run.sh']);
    expect((await tree.entries()).get('run.sh')!.mode).toBe('100755');
    expect((await tree.read('a b/中文.cu'))!.text).toBe('x');
    expect(await tree.read('d/link')).toBeUndefined();
    expect(await tree.read('sub')).toBeUndefined();
  });

  it('reads many files at once, large ones among them', async () => {
    const repository = await Repository.make();
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`f${index}`, `${index}\n`.repeat(1 + (index % 5) * 40_000)]),
    );
    const tree = opened(repository.dir, await repository.commit(files));
    const read = await Promise.all(
      Object.keys(files).map(async (path) => [path, (await tree.read(path))!.text]),
    );
    expect(Object.fromEntries(read)).toEqual(files);
  });
});

describe('ObjectReader', () => {
  it('knows what is not there, and answers in order', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit({ a: '1' });
    const reader = new ObjectReader(repository.dir);
    onTestFinished(() => reader.close());
    const [missing, found, odd, tree] = await Promise.all([
      reader.read('0'.repeat(40)),
      reader.read(`${commit}^{commit}`),
      reader.read('a\nb'),
      reader.read(`${commit}^{tree}`),
    ]);
    expect([missing, odd]).toEqual([undefined, undefined]);
    expect(found).toMatchObject({ oid: commit, type: 'commit' });
    expect(tree!.type).toBe('tree');
  });

  it('fails where there is no repository, also when asked again', async () => {
    const reader = new ObjectReader(tempFolder());
    for (let turn = 0; turn < 2; turn += 1) {
      await expect(reader.read('HEAD')).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('not a git repository'),
      });
    }
  });

  it('fails after it was closed, and does not wait for ever', async () => {
    const repository = await Repository.make();
    await repository.commit({ a: '1' });
    const reader = new ObjectReader(repository.dir);
    await reader.read('HEAD');
    reader.close();
    await expect(reader.read('HEAD')).rejects.toThrow();
  });
});
