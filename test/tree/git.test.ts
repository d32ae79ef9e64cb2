import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { git, gitLoud, gitText } from '../../src/tree/git.js';
import { gitEnvironment } from '../../src/tree/git-environment.js';
import { ObjectReader } from '../../src/tree/object-reader.js';
import { Repository } from '../support/git-server.js';
import { tempFolder } from '../support/temp.js';

const withEnv = (values: Record<string, string>): void => {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
};

describe('git', () => {
  it('runs without the user’s configuration and environment', async () => {
    const home = tempFolder();
    writeFileSync(join(home, '.gitconfig'), '[core]\n\tautocrlf = true\n[user]\n\tname = Somebody\n');
    withEnv({
      HOME: home,
      GIT_DIR: '/nowhere',
      GIT_INDEX_FILE: '/nowhere/index',
      GIT_CONFIG_PARAMETERS: "'user.name=X'",
    });
    const repository = await Repository.make();
    expect((await git(repository.dir, ['config', 'user.name'], { accept: [1] })).code).toBe(1);
    expect(await gitText(repository.dir, ['config', 'core.autocrlf'])).toBe('false');
    expect(gitEnvironment('/').GIT_DIR).toBeUndefined();
  });

  it('runs no hook of a repository', async () => {
    const repository = await Repository.make();
    const hooks = join(repository.dir, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(join(hooks, 'pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(await repository.commit({ a: '1' })).toMatch(/^[0-9a-f]{40}$/);
  });

  it('allows no transport that can run a program', async () => {
    const dir = tempFolder();
    const made = join(dir, 'made');
    await expect(git(dir, ['ls-remote', `ext::touch ${made}`], { network: true })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining("transport 'ext' not allowed"),
    });
  });

  it('fails with the last line of git’s words, unless the exit code is an answer', async () => {
    const dir = tempFolder();
    await expect(git(dir, ['rev-parse', 'HEAD'])).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('not a git repository'),
    });
    expect((await git(dir, ['rev-parse', 'HEAD'], { accept: [128] })).code).toBe(128);
    await expect(gitLoud(dir, ['fetch', 'nowhere'], () => {})).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('says that it is missing, and what to do', async () => {
    withEnv({ PATH: '/nowhere' });
    const failure = {
      kind: 'unavailable',
      message: 'git was not found',
      next: 'install git, then try again',
    };
    await expect(git('/', ['--version'])).rejects.toMatchObject(failure);
    await expect(gitLoud('/', ['--version'], () => {})).rejects.toMatchObject(failure);
    await expect(new ObjectReader('/').read('HEAD')).rejects.toMatchObject(failure);
  });

  it('gives bytes in and out', async () => {
    const repository = await Repository.make();
    const input = Buffer.from([0, 255, 13, 10, 128]);
    const oid = (await git(repository.dir, ['hash-object', '-w', '--stdin'], { input })).stdout
      .toString()
      .trim();
    expect((await git(repository.dir, ['cat-file', 'blob', oid])).stdout).toEqual(input);
  });
});
