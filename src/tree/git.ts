import { execFile, spawn } from 'node:child_process';
import { Failure } from '../failure.js';

/**
 * The environment that git runs in: no configuration of the user or the machine, no prompt, no hooks, no
 * transport but those that a target may name. What comes out depends on the repository alone.
 */
export function gitEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of [
    'PATH',
    'HOME',
    'TMPDIR',
    'SSH_AUTH_SOCK',
    'https_proxy',
    'http_proxy',
    'no_proxy',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'SSL_CERT_FILE',
    'GIT_SSL_CAINFO',
  ]) {
    if (process.env[name] !== undefined) env[name] = process.env[name];
  }
  const config: [string, string][] = [
    // The user named the folder: whoever owns it, reading it is what was asked for.
    ['safe.directory', '*'],
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.autocrlf', 'false'],
    ['core.quotePath', 'false'],
    ['core.attributesFile', '/dev/null'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['advice.detachedHead', 'false'],
    ['commit.gpgSign', 'false'],
  ];
  env.GIT_CONFIG_GLOBAL = '/dev/null';
  env.GIT_CONFIG_NOSYSTEM = '1';
  env.GIT_ATTR_NOSYSTEM = '1';
  env.GIT_TERMINAL_PROMPT = '0';
  env.GIT_OPTIONAL_LOCKS = '0';
  env.GIT_ALLOW_PROTOCOL = 'https:ssh:git:file';
  env.LC_ALL = 'C';
  env.GIT_CONFIG_COUNT = String(config.length);
  config.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return { ...env, ...extra };
}

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
  /** Exit codes that are an answer and not a failure. */
  readonly accept?: readonly number[];
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Why git did not start: a Failure where it is not there, else the error itself. */
export function startFailure(error: Error & { readonly code?: unknown }): Error {
  if (error.code !== 'ENOENT') return error;
  return new Failure('unavailable', 'git was not found', { next: 'install git, then try again' });
}

/** Runs git in `dir`. Throws a Failure with git's own words where it ends otherwise than accepted. */
export async function git(
  dir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const result = await new Promise<GitResult>((resolve, reject) => {
    const child = execFile(
      'git',
      ['-C', dir, ...args],
      { env: gitEnvironment(options.env), maxBuffer: 1 << 30, encoding: 'buffer' },
      (error, stdout, stderr) => {
        const code = error?.code;
        if (error && typeof code !== 'number') reject(startFailure(error));
        else resolve({ code: typeof code === 'number' ? code : 0, stdout, stderr: stderr.toString() });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
  if (result.code !== 0 && !options.accept?.includes(result.code)) {
    throw new Failure(
      'unavailable',
      `git ${args[0]} failed in ${dir}: ${result.stderr.trim().split('\n').at(-1)}`,
    );
  }
  return result;
}

/** The output as text, without the last newline. */
export async function gitText(dir: string, args: readonly string[], options?: GitOptions): Promise<string> {
  return (await git(dir, args, options)).stdout.toString('utf8').replace(/\n$/, '');
}

/** Runs git with its standard error shown as progress. Used for long work: clone, fetch. */
export function gitLoud(
  dir: string,
  args: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', dir, ...args], {
      env: gitEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let last = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split(/[\r\n]+/)) {
        if (line.trim() === '') continue;
        last = line.trim();
        progress(last);
      }
    });
    child.on('error', (error) => reject(startFailure(error)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Failure('unavailable', `git ${args[0]} failed: ${last || `exit code ${code}`}`));
    });
  });
}
