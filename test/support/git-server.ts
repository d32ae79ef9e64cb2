import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { git, gitText } from '../../src/tree/git.js';
import { tempFolder } from './temp.js';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.org',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.org',
  GIT_AUTHOR_DATE: '@1 +0000',
  GIT_COMMITTER_DATE: '@1 +0000',
};

/** A repository with a commit of some files, and a tag on it. */
export class Repository {
  private constructor(readonly dir: string) {}

  static async make(dir = join(tempFolder(), 'project.git')): Promise<Repository> {
    await mkdir(dir, { recursive: true });
    await git(dir, ['init', '--quiet', '--initial-branch=main']);
    await git(dir, ['config', 'uploadpack.allowFilter', 'true']);
    await git(dir, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    return new Repository(dir);
  }

  async commit(files: Readonly<Record<string, string>>, tag?: string): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(this.dir, dirname(path)), { recursive: true });
      await writeFile(join(this.dir, path), text, 'latin1');
    }
    await git(this.dir, ['add', '-A']);
    await git(this.dir, ['commit', '--quiet', '--allow-empty', '-m', 'a commit'], { env: IDENTITY });
    if (tag) await git(this.dir, ['tag', '--force', '-a', '-m', tag, tag], { env: IDENTITY });
    return gitText(this.dir, ['rev-parse', 'HEAD']);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface GitServer {
  readonly url: string;
  /** Requests for packs or references so far. */
  readonly requests: () => number;
}

/** `git daemon` on loopback for one repository, until the test ends. */
export async function serve({ dir }: Pick<Repository, 'dir'>): Promise<GitServer> {
  writeFileSync(join(dir, '.git', 'git-daemon-export-ok'), '');
  const port = await freePort();
  const args = [
    'daemon',
    '--verbose',
    '--listen=127.0.0.1',
    `--port=${port}`,
    `--base-path=${dirname(dir)}`,
    dirname(dir),
  ];
  const daemon = spawn('git', args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  onTestFinished(() => {
    if (daemon.pid) process.kill(-daemon.pid);
  });
  let log = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  while (!log.includes('Ready to rumble')) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    url: `git://127.0.0.1:${port}/${dir.slice(dirname(dir).length + 1)}`,
    requests: () => log.match(/Request upload-pack/g)?.length ?? 0,
  };
}
