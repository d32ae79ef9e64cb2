import { describe, expect, it } from 'vitest';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { MemoryTree } from '../support/memory.js';

const below = new MemoryTree({ a: 'one two', b: 'b' });

describe('OverlayTree', () => {
  const tree = new OverlayTree(below, [
    { path: 'a', start: 0, end: 3, text: '1' },
    { path: 'new/c', start: 0, end: 0, text: 'made', create: true },
    { path: 'a', start: 7, end: 7, text: '!' },
  ]);

  it('gives edited and created files, and leaves the tree below as it is', async () => {
    expect((await tree.read('a'))!.text).toBe('1 two!');
    expect((await tree.read('new/c'))!.text).toBe('made');
    expect((await tree.read('b'))!.text).toBe('b');
    expect((await below.read('a'))!.text).toBe('one two');
    expect(await tree.read('none')).toBeUndefined();
  });

  it('lists created files in order, and says what changed', async () => {
    expect(await tree.paths()).toEqual(['a', 'b', 'new/c']);
    expect(tree.changed).toEqual(['a', 'new/c']);
  });

  it('can be laid over another one', async () => {
    const above = new OverlayTree(tree, [
      { path: 'a', start: 0, end: 1, text: 'I' },
      { path: 'new/c', start: 0, end: 0, text: 'was ' },
    ]);
    expect((await above.read('a'))!.text).toBe('I two!');
    expect((await above.read('new/c'))!.text).toBe('was made');
  });

  it('makes the same edits anew where the text below is another one, or one edit more is there', async () => {
    const first = { path: 'a', start: 0, end: 3, text: '1' };
    const more = { path: 'a', start: 7, end: 7, text: '!' };
    const other = new MemoryTree({ a: 'two one' });
    const texts = [
      new OverlayTree(below, [first]),
      new OverlayTree(other, [first]),
      new OverlayTree(below, [first, more]),
      new OverlayTree(below, [first]),
    ].map(async (one) => (await one.read('a'))!.text);
    expect(await Promise.all(texts)).toEqual(['1 two', '1 one', '1 two!', '1 two']);
  });

  it('refuses an edit of a file that is not there', async () => {
    const bad = new OverlayTree(below, [{ path: 'none', start: 0, end: 0, text: 'x' }]);
    await expect(bad.read('none')).rejects.toThrow(/not there/);
  });
});
