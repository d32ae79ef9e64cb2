import { execFile, spawn } from 'node:child_process';
import { Failure } from '../failure.js';
import { type EnvironmentOptions, gitEnvironment } from './git-environment.js';

export interface GitOptions extends EnvironmentOptions {
  readonly input?: string | Buffer;
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

/** The line of git's words that says what is wrong: what follows is advice. */
function wordsOf(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.at(-1)!;
}

/** A Failure with git's own words. */
export function gitFailure(what: string, dir: string, stderr: string): Failure {
  if (!/dubious ownership/.test(stderr)) {
    return new Failure('unavailable', `git ${what} failed in ${dir}: ${wordsOf(stderr)}`);
  }
  const path = /repository at '(.*)'/.exec(stderr)?.[1] ?? dir;
  return new Failure('unavailable', `the repository ${path} belongs to another user`, {
    why: 'its owner decides what git does there',
    next: `if you trust them: git config --global --add safe.directory ${path}`,
  });
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
      { env: gitEnvironment(dir, options), maxBuffer: 1 << 30, encoding: 'buffer' },
      (error, stdout, stderr) => {
        const code = error?.code;
        if (error && typeof code !== 'number') reject(stopped(error, args[0]!));
        else resolve({ code: typeof code === 'number' ? code : 0, stdout, stderr: stderr.toString() });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
  const accepted = result.code === 0 || options.accept?.includes(result.code);
  if (!accepted || (result.code !== 0 && /dubious ownership/.test(result.stderr))) {
    throw gitFailure(args[0]!, dir, result.stderr);
  }
  return result;
}

/** Git did not start, or did not end by itself. */
function stopped(error: Error & { readonly code?: unknown; readonly signal?: unknown }, what: string): Error {
  if (!error.signal) return startFailure(error);
  return new Failure('unavailable', `git ${what} was ended by ${String(error.signal)}`, { cause: error });
}

/** The output as text, without the last newline. */
export async function gitText(dir: string, args: readonly string[], options?: GitOptions): Promise<string> {
  return (await git(dir, args, options)).stdout.toString('utf8').replace(/\n$/, '');
}

/** Asks a remote repository, from no repository at all: that of the working folder has no say. */
export function askRemote(args: readonly string[]): Promise<string> {
  return gitText('/', args, { network: true, env: { GIT_DIR: '/dev/null' } });
}

/** Runs git, which may use the network, with its standard error shown as progress: for clone and fetch. */
export function gitLoud(
  dir: string,
  args: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', dir, ...args], {
      env: gitEnvironment(dir, { network: true }),
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

/** Runs one git's output into another's input, in two folders. Throws a Failure where either fails. */
export async function gitPipe(
  from: { readonly dir: string; readonly args: readonly string[]; readonly input: string },
  to: { readonly dir: string; readonly args: readonly string[] },
): Promise<void> {
  const source = spawn('git', ['-C', from.dir, ...from.args], { env: gitEnvironment(from.dir) });
  const sink = spawn('git', ['-C', to.dir, ...to.args], { env: gitEnvironment(to.dir) });
  const ended = [
    { child: source, ...from },
    { child: sink, ...to },
  ].map(
    ({ child, dir, args }) =>
      new Promise<void>((resolve, reject) => {
        let stderr = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
        });
        child.stdin.on('error', () => {});
        child.on('error', (error) => reject(startFailure(error)));
        child.on('close', (code) => {
          if (code === 0) resolve();
          else reject(gitFailure(args[0]!, dir, stderr));
        });
      }),
  );
  source.stdout.pipe(sink.stdin);
  sink.stdout.resume();
  source.stdin.end(from.input);
  const results = await Promise.allSettled(ended);
  // Where the source fails, the sink complains of its end as well.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
