import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Pins } from '../../src/pins/pins.js';
import { readMirrors } from '../../src/revision/mirrors.js';
import { resolveTarget } from '../../src/revision/resolve.js';
import { git } from '../../src/tree/git.js';
import { Repository } from '../support/git-server.js';
import { tempFolder } from '../support/temp.js';

const pinsOf = (pins: Pins['pins'] = []): Pins => ({ formatVersion: 1, projects: {}, pins });

async function resolve(text: string, dirs: readonly string[], pins = pinsOf()) {
  const mirrors = readMirrors(
    dirs.map((dir) => `vllm=${dir}`),
    undefined,
  );
  const target = await resolveTarget(text, { mirrors, pins });
  onTestFinished(() => target.close());
  return target;
}

describe('a target from a mirror', () => {
  it('is found by tag, branch, commit, and abbreviated commit', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit({ 'a.cu': 'one' }, 'v1.0');
    for (const revision of ['v1.0', 'main', commit, commit.slice(0, 7)]) {
      const target = await resolve(`vllm@${revision}`, [repository.dir]);
      expect(target).toMatchObject({
        commit,
        revision,
        project: 'vllm',
        dir: repository.dir,
        url: undefined,
      });
      expect((await target.tree.read('a.cu'))!.text).toBe('one');
    }
  });

  it('is found in the first mirror that has it', async () => {
    const first = await Repository.make();
    await first.commit({ a: '1' });
    const second = await Repository.make();
    const commit = await second.commit({ a: '2' }, 'only-here');
    expect(await resolve('vllm@only-here', [first.dir, second.dir])).toMatchObject({
      commit,
      dir: second.dir,
    });
  });

  it('is looked for in the next mirror where one cannot be reached', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit({ a: '1' }, 'v1');
    expect(await resolve('vllm@v1', ['git://127.0.0.1:1/x', repository.dir])).toMatchObject({ commit });
    await expect(resolve('vllm@v2', ['git://127.0.0.1:1/x', repository.dir])).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('git://127.0.0.1:1/x'),
    });
  });

  it('is refused where the tag is not the pinned commit', async () => {
    const repository = await Repository.make();
    const pinned = await repository.commit({ a: '1' }, 'v1');
    const moved = await repository.commit({ a: '2' }, 'v1');
    const pins = pinsOf([{ project: 'vllm', name: 'stable', commit: pinned, tag: 'v1' }]);
    await expect(resolve('vllm@v1', [repository.dir], pins)).rejects.toMatchObject({
      kind: 'unavailable',
      message: `vllm@stable is pinned to ${pinned}, but ${repository.dir} has ${moved}`,
    });
    expect(await resolve('vllm@stable', [repository.dir], pins)).toMatchObject({
      commit: pinned,
      pin: { name: 'stable' },
    });
  });

  it('takes a pin’s name that is a tag of something else for the pin', async () => {
    const repository = await Repository.make();
    const pinned = await repository.commit({ a: '1' });
    await repository.commit({ a: '2' }, 'mine');
    const pins = pinsOf([{ project: 'vllm', name: 'mine', commit: pinned }]);
    expect((await resolve('vllm@mine', [repository.dir], pins)).commit).toBe(pinned);
  });

  it('names the known pins where it is not found', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit({ a: '1' });
    const pins = pinsOf([{ project: 'vllm', name: 'stable', commit }]);
    for (const revision of ['v9', '0'.repeat(40), 'abcdefa']) {
      await expect(resolve(`vllm@${revision}`, [repository.dir], pins)).rejects.toMatchObject({
        kind: 'unavailable',
        message: `vllm@${revision} was not found in ${repository.dir}`,
        next: 'known pins of vllm: stable',
      });
    }
  });

  it('is no file and no tree that a tag names', async () => {
    const repository = await Repository.make();
    await repository.commit({ a: '1' });
    await git(repository.dir, ['tag', 'blob', 'HEAD:a']);
    await git(repository.dir, ['tag', 'tree', 'HEAD^{tree}']);
    for (const name of ['blob', 'tree']) {
      await expect(resolve(`vllm@${name}`, [repository.dir])).rejects.toMatchObject({
        message: expect.stringContaining('was not found'),
      });
    }
  });
});

describe('a mirror', () => {
  it('must be a folder, and a git repository', async () => {
    const dir = tempFolder();
    await expect(resolve('vllm@v1', [join(dir, 'none')])).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('is not a folder'),
    });
    mkdirSync(join(dir, 'empty'));
    await expect(resolve('vllm@v1', [join(dir, 'empty')])).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('is not a git repository'),
    });
    writeFileSync(join(dir, 'file'), '');
    await expect(resolve('vllm@v1', [join(dir, 'file')])).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is never a URL of another transport', async () => {
    for (const url of ['ext::sh -c id', 'http://x/y']) {
      await expect(resolve('vllm@v1', [url])).rejects.toMatchObject({ kind: 'usage' });
    }
  });
});

describe('a target without a repository', () => {
  it.each(['cuda@13.0', 'vllm@installed'])('%s is another command’s', async (text) => {
    await expect(resolve(text, [])).rejects.toMatchObject({ kind: 'usage' });
  });

  it('needs one in the pins file', async () => {
    await expect(resolve('vllm@v1', [])).rejects.toMatchObject({
      kind: 'usage',
      message: 'the pins file names no repository for vllm',
    });
  });
});
