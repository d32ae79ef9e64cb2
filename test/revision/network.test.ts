import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Pins } from '../../src/pins/pins.js';
import { fetchCommit } from '../../src/revision/network.js';
import { resolveTarget, type Target } from '../../src/revision/resolve.js';
import { git } from '../../src/tree/git.js';
import { Repository, serve } from '../support/git-server.js';
import { tempFolder } from '../support/temp.js';

const FILES = {
  'csrc/a.cu': 'int a;\n',
  'csrc/b.cu': 'int b;\r\n',
  'docs/large.txt': 'x'.repeat(200_000),
  'weights.bin': '\0\xff'.repeat(50_000),
};

const pinsAt = (repository: string, pins: Pins['pins'] = []): Pins => ({
  formatVersion: 1,
  projects: { vllm: { repository } },
  pins,
});

let cache: string;
beforeEach(() => {
  cache = tempFolder();
  vi.stubEnv('XDG_CACHE_HOME', cache);
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function resolve(text: string, pins: Pins): Promise<Target> {
  const target = await resolveTarget(text, { mirrors: new Map(), pins });
  onTestFinished(() => target.close());
  return target;
}

/** Ids of the blobs that the cache holds, asked in a way that fetches nothing. */
async function blobsIn(dir: string): Promise<string[]> {
  const args = ['cat-file', '--batch-all-objects', '--batch-check=%(objecttype) %(objectname)'];
  const rows = (await git(dir, args)).stdout.toString().split('\n');
  return rows.filter((row) => row.startsWith('blob')).map((row) => row.slice(5));
}

describe('a target from a repository on the network', () => {
  it('is one commit without blobs; reading brings the blobs that are read, with one fetch', async () => {
    const repository = await Repository.make();
    await repository.commit({ old: 'history\n' });
    const commit = await repository.commit(FILES, 'v1.0');
    const server = await serve(repository);

    const target = await resolve('vllm@v1.0', pinsAt(server.url));
    expect(target).toMatchObject({ commit, url: server.url, revision: 'v1.0' });
    expect(await target.tree.paths()).toEqual([...Object.keys(FILES), 'old'].sort());
    expect(await blobsIn(target.dir)).toEqual([]);

    const before = server.requests();
    const files = await Promise.all(['csrc/a.cu', 'csrc/b.cu'].map((path) => target.tree.read(path)));
    expect(files.map((file) => file!.text)).toEqual([FILES['csrc/a.cu'], FILES['csrc/b.cu']]);
    expect(server.requests() - before).toBe(1);
    const entries = await target.tree.entries();
    expect((await blobsIn(target.dir)).sort()).toEqual(
      ['csrc/a.cu', 'csrc/b.cu'].map((path) => entries.get(path)!.oid).sort(),
    );
  });

  it('is fetched once: the second run asks for nothing but the tag', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit(FILES, 'v1.0');
    const server = await serve(repository);
    const pins = pinsAt(server.url);
    await (await resolve(`vllm@${commit}`, pins)).tree.read('csrc/a.cu');

    const before = server.requests();
    const again = await resolve(`vllm@${commit}`, pins);
    expect((await again.tree.read('csrc/a.cu'))!.text).toBe(FILES['csrc/a.cu']);
    expect(server.requests()).toBe(before);
    await resolve('vllm@v1.0', pins);
    expect(server.requests()).toBe(before + 1);
  });

  it('brings no history, for any number of commits', async () => {
    const repository = await Repository.make();
    const commits = [];
    for (const text of ['1', '2', '3', '4']) commits.push(await repository.commit({ 'a.cu': text }));
    const server = await serve(repository);
    for (const commit of [commits[3]!, commits[1]!]) {
      const target = await resolve(`vllm@${commit}`, pinsAt(server.url));
      expect(target.commit).toBe(commit);
      const rows = (
        await git(target.dir, [
          'cat-file',
          '--batch-all-objects',
          '--batch-check=%(objecttype) %(objectname)',
        ])
      ).stdout.toString();
      const held = commits.filter((own) => rows.includes(`commit ${own}`));
      expect(held).toEqual(commit === commits[3] ? [commits[3]] : [commits[1], commits[3]]);
    }
  });

  it('takes a branch, and a tag before a branch of the same name', async () => {
    const repository = await Repository.make();
    const tagged = await repository.commit({ a: '1' }, 'both');
    const later = await repository.commit({ a: '2' });
    await git(repository.dir, ['branch', 'both']);
    const { url } = await serve(repository);
    expect((await resolve('vllm@main', pinsAt(url))).commit).toBe(later);
    expect((await resolve('vllm@both', pinsAt(url))).commit).toBe(tagged);
  });

  it('is the pinned commit, wherever the tag has moved to', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit({ a: '1' }, 'v1.0');
    await repository.commit({ a: '2' }, 'v1.0');
    const { url } = await serve(repository);
    const pins = pinsAt(url, [{ project: 'vllm', name: 'stable', commit, tag: 'v1.0' }]);
    expect((await resolve('vllm@stable', pins)).commit).toBe(commit);
    expect((await resolve('vllm@v1.0', pins)).commit).toBe(commit);
    expect((await resolve(`vllm@${commit.slice(0, 8)}`, pins)).commit).toBe(commit);
  });

  it.each([
    ['an unknown tag', 'vllm@v9.9', /no tag and no branch of that name/],
    ['an unknown commit', `vllm@${'0'.repeat(39)}1`, /not our ref|unadvertised|remote error/],
    ['an abbreviated commit', 'vllm@0123456', /abbreviated commit/],
  ])('is refused for %s, with the next step', async (_name, text, why) => {
    const repository = await Repository.make();
    await repository.commit({ a: '1' });
    const { url } = await serve(repository);
    await expect(resolve(text, pinsAt(url))).rejects.toMatchObject({
      kind: 'unavailable',
      why: expect.stringMatching(why),
      next: expect.any(String),
    });
  });

  it('says that the repository cannot be reached, and shows no password', async () => {
    const failure = fetchCommit('ssh://user:secret@127.0.0.1:1/x', 'vllm', 'v1', () => {});
    await expect(failure).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'vllm@v1 could not be fetched from ssh://127.0.0.1:1/x',
    });
    await expect(resolve('vllm@v1', pinsAt('git://127.0.0.1:1/x'))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it.each(['ext::sh -c id', 'http://127.0.0.1/x', 'ftp://x/y', '--upload-pack=id'])(
    'is never asked for at %s',
    async (url) => {
      await expect(fetchCommit(url, 'vllm', 'v1', () => {})).rejects.toMatchObject({ kind: 'usage' });
      expect(readdirSync(cache)).toEqual([]);
    },
  );

  it('comes from a server that filters nothing, too', async () => {
    const repository = await Repository.make();
    await git(repository.dir, ['config', 'uploadpack.allowFilter', 'false']);
    const commit = await repository.commit(FILES);
    const { url } = await serve(repository);
    const target = await resolve(`vllm@${commit}`, pinsAt(url));
    expect((await target.tree.read('csrc/a.cu'))!.text).toBe(FILES['csrc/a.cu']);
  });

  it('is not half there after a fetch that failed', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit(FILES);
    const { url } = await serve(repository);
    await git(repository.dir, ['update-ref', '-d', 'refs/heads/main']);
    await git(repository.dir, ['config', 'uploadpack.allowAnySHA1InWant', 'false']);
    const moved = join(repository.dir, '.git', 'objects', commit.slice(0, 2));
    renameSync(moved, `${moved}-away`);
    await expect(resolve(`vllm@${commit}`, pinsAt(url))).rejects.toMatchObject({ kind: 'unavailable' });
    renameSync(`${moved}-away`, moved);
    await git(repository.dir, ['update-ref', 'refs/heads/main', commit]);
    expect((await resolve(`vllm@${commit}`, pinsAt(url))).commit).toBe(commit);
  });

  it('is opened by several processes’ worth of callers at once', async () => {
    const repository = await Repository.make();
    const commit = await repository.commit(FILES);
    const { url } = await serve(repository);
    const targets = await Promise.all(
      Array.from({ length: 4 }, () => resolve(`vllm@${commit}`, pinsAt(url))),
    );
    const texts = await Promise.all(targets.map(async ({ tree }) => (await tree.read('csrc/a.cu'))!.text));
    expect(texts).toEqual(Array(4).fill(FILES['csrc/a.cu']));
  });
});
