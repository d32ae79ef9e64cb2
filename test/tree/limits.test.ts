import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TooLarge } from '../../src/failure.js';
import { SOURCE_BYTES } from '../../src/source/limits.js';
import { Documents } from '../../src/syntax/parser.js';
import { walk } from '../../src/syntax/query.js';
import { FolderTree } from '../../src/tree/folder-tree.js';
import { GitTree } from '../../src/tree/git-tree.js';
import { Repository } from '../support/git-server.js';
import { tempFolder } from '../support/temp.js';

it('a file past the limit is not read from git, and the next one is', async () => {
  const repository = await Repository.make();
  const commit = await repository.commit({
    large: 'x'.repeat(SOURCE_BYTES + 1),
    fits: 'y'.repeat(SOURCE_BYTES),
  });
  const tree = new GitTree(repository.dir, commit);
  onTestFinished(() => tree.close());
  const [large, fits] = await Promise.allSettled([tree.read('large'), tree.read('fits')]);
  expect(large).toMatchObject({ status: 'rejected', reason: expect.any(TooLarge) });
  expect((large as PromiseRejectedResult).reason.message).toContain('large has 4194305 bytes');
  expect(fits).toMatchObject({ status: 'fulfilled', value: { path: 'fits' } });
});

it('nor from a folder', async () => {
  const dir = tempFolder();
  writeFileSync(join(dir, 'large'), 'x'.repeat(SOURCE_BYTES + 1));
  await expect(new FolderTree(dir).read('large')).rejects.toThrow(TooLarge);
});

it('a source that makes the parser try too many ways is given up, and the next text is parsed anew', async () => {
  const documents = new Documents();
  onTestFinished(() => documents.dispose());
  const bad = { path: 'bad.cu', text: 'a<'.repeat(100_000) };
  await expect(documents.parse(bad, 'cuda')).rejects.toThrow(/too large to judge: parsing bad.cu/);
  const good = await documents.parse({ path: 'good.cu', text: 'int a;\n' }, 'cuda');
  expect(good.root.hasError).toBe(false);
  expect([...walk(good.root)].map(({ type }) => type)).toEqual([
    'translation_unit',
    'declaration',
    'primitive_type',
    'identifier',
  ]);
});

it('a tree of 100,000 levels is walked without a stack', async () => {
  const documents = new Documents();
  onTestFinished(() => documents.dispose());
  const { root } = await documents.parse(
    { path: 'deep.cu', text: `int a = ${'-'.repeat(50_000)}1;` },
    'cuda',
  );
  let count = 0;
  for (const _ of walk(root)) count += 1;
  expect(count).toBeGreaterThan(10);
});
