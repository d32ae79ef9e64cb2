import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Inputs } from '../../src/container/inputs.js';
import { cli } from '../support/cli.js';
import { Repository } from '../support/git-server.js';
import { gitIn, snapshot } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

const set = (value: object, change: object): object => Object.assign(value, change);
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const SERVED: Readonly<Record<string, string>> = { '/a/one_1%3a2.deb': 'one', '/two.whl': 'two' };

/** Stands for the archives and indexes. What it does not have is 404. */
async function server(served = SERVED): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(request.url!);
    const text = served[request.url!];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

/** A repository with a submodule in a folder, and that submodule's own. */
async function repositories(): Promise<{ outer: Repository; inner: Repository; commit: string }> {
  const dir = tempFolder();
  const inner = await Repository.make(join(dir, 'inner.git'));
  const link = await inner.commit({ 'inner.h': '// inner\n' });
  const outer = await Repository.make(join(dir, 'outer.git'));
  await outer.commit({
    'outer.h': '// outer\n',
    '.gitmodules': '[submodule "x"]\n\tpath = third/inner\n\turl = https://example.com/Inner.git\n',
  });
  gitIn(outer.dir, 'update-index', '--add', '--cacheinfo', `160000,${link},third/inner`);
  mkdirSync(join(outer.dir, 'third/inner'), { recursive: true });
  const tree = gitIn(outer.dir, 'write-tree');
  const commit = gitIn(outer.dir, 'commit-tree', tree, '-p', 'HEAD', '-m', 'a submodule');
  return { outer, inner, commit };
}

async function context(change: (inputs: Inputs) => object = (inputs) => inputs) {
  const { url, asked } = await server();
  const { outer, inner, commit } = await repositories();
  const inputs: Inputs = {
    formatVersion: 1,
    platform: 'linux/arm64',
    set: 'Spark',
    trees: { vllm: commit },
    files: [
      { path: 'apt/base/one_1%3a2.deb', url: `${url}/a/one_1%3a2.deb`, sha256: hash('one') },
      { path: 'pip/two-1.0-py3-none-any.whl', url: `${url}/two.whl`, sha256: hash('two') },
    ],
    sources: [{ name: 'outer', url: 'https://example.com/outer.git', commit }],
  };
  change(inputs);
  const dir = tempFolder();
  writeFileSync(join(dir, 'lock.json'), JSON.stringify({ inputs }));
  const mirrors = ['--mirror', `outer=${outer.dir}`, '--mirror', `inner=${inner.dir}`];
  return { dir, asked, mirrors, run: () => cli('prefetch', dir, ...mirrors) };
}

describe('prefetch', () => {
  it('brings files and repositories with their submodules, and a list that sha256sum can check', async () => {
    const { dir, run } = await context();
    expect(await run()).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 brought, 0 there already'),
    });
    const prefetched = join(dir, 'prefetched');
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: prefetched });
    expect(readFileSync(join(prefetched, 'pip/two-1.0-py3-none-any.whl'), 'utf8')).toBe('two');
    const out = tempFolder();
    execFileSync('tar', ['-xf', join(prefetched, 'sources/outer.tar'), '-C', out]);
    expect(Object.keys(snapshot(out)).sort()).toEqual(['.gitmodules', 'outer.h', 'third/inner/inner.h']);
  });

  it('gives the same bytes again, and asks nobody for what is there', async () => {
    const { dir, asked, run } = await context();
    await run();
    const first = snapshot(join(dir, 'prefetched'));
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('2 there already') });
    expect(snapshot(join(dir, 'prefetched'))).toEqual(first);
    expect(asked).toHaveLength(2);
  });

  it('replaces what was changed since', async () => {
    const { dir, run } = await context();
    await run();
    const file = join(dir, 'prefetched/apt/base/one_1%3a2.deb');
    appendFileSync(file, '!');
    expect(await run()).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toBe('one');
  });

  it.each<[string, (inputs: Inputs) => object, number, string]>([
    [
      'another hash',
      ({ files }) => set(files[0]!, { sha256: hash('other') }),
      3,
      'is not the file of the lock',
    ],
    [
      'a file that is gone',
      ({ files }) => set(files[1]!, { path: 'pip/x', url: `${files[1]!.url}.gone` }),
      3,
      'with 404',
    ],
    ['nobody there', ({ files }) => set(files[0]!, { url: 'http://127.0.0.1:1/x' }), 3, 'was not reached'],
    ['no such commit', ({ sources }) => set(sources[0]!, { commit: '0'.repeat(40) }), 3, 'has no commit'],
    ['a path outside', ({ files }) => set(files[0]!, { path: 'pip/../../../x' }), 2, 'inputs.files.0.path'],
    ['another format', (inputs) => set(inputs, { formatVersion: 2 }), 2, 'inputs.formatVersion'],
  ])('is refused, and leaves no half file: %s', async (_what, change, code, words) => {
    const { dir, run } = await context(change);
    const ran = await run();
    expect(ran).toMatchObject({ code, err: expect.stringContaining(words) });
    if (existsSync(join(dir, 'prefetched'))) {
      expect(Object.keys(snapshot(join(dir, 'prefetched'))).filter((path) => /partial/.test(path))).toEqual(
        [],
      );
    }
  });

  it('says what to do in a folder that is no context, or has no hashes', async () => {
    const dir = tempFolder();
    expect(await cli('prefetch', dir)).toMatchObject({
      code: 2,
      err: expect.stringContaining('no lock.json'),
    });
    writeFileSync(join(dir, 'lock.json'), '{"inputs": null}');
    expect(await cli('prefetch', dir)).toMatchObject({ code: 2, err: expect.stringContaining('--inputs') });
    rmSync(join(dir, 'lock.json'));
  });
});
