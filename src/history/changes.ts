import { spawn } from 'node:child_process';
import { Failure } from '../failure.js';
import type { Change, TreeEntry } from '../tree/folders.js';
import { startFailure } from '../tree/git.js';
import { gitEnvironment } from '../tree/git-environment.js';

/** A commit of a line, with what it changes against the one before it. */
export interface Step {
  readonly commit: string;
  /** Committer date, in seconds since 1970. */
  readonly time: number;
  readonly subject: string;
  readonly changes: readonly Change[];
}

/** The commits after `start` up to `to`, by first parents. A merge is one step, with all that it brings. */
export interface Line {
  /** The repository. */
  readonly dir: string;
  readonly start: string;
  readonly to: string;
}

const ROW = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) \w/;

const regular = (mode: string, oid: string): TreeEntry | undefined =>
  mode.startsWith('100') ? { mode, oid } : undefined;

/** Pieces of a stream between zero bytes. */
async function* pieces(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
      yield bytes.toString('utf8', at, end);
      at = end + 1;
    }
    rest = bytes.subarray(at);
  }
}

/** The line's commits, oldest first, from one `git log`. */
export async function* stepsOf({ dir, start, to }: Line): AsyncGenerator<Step> {
  const options = ['--first-parent', '-m', '--reverse', '--raw', '-z', '--no-renames', '--no-abbrev'];
  const child = spawn(
    'git',
    ['-C', dir, 'log', ...options, '--format=%x01%H%x09%ct%x09%s', `${start}..${to}`],
    { env: gitEnvironment(dir), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(startFailure(error)));
    child.on('close', resolve);
  });
  ended.catch(() => {});
  try {
    let step: { commit: string; time: number; subject: string; changes: Change[] } | undefined;
    let row: RegExpExecArray | null = null;
    for await (const piece of pieces(child.stdout)) {
      if (row) {
        const [, from, to, before, after] = row as unknown as string[];
        const change = { path: piece, before: regular(from!, before!), after: regular(to!, after!) };
        if (change.before || change.after) step?.changes.push(change);
        row = null;
        continue;
      }
      const head = piece.indexOf('\x01');
      if (head < 0) {
        row = ROW.exec(piece.trimStart());
        continue;
      }
      if (step) yield step;
      const [commit = '', time = '', ...subject] = piece.slice(head + 1).split('\t');
      step = { commit, time: Number(time), subject: subject.join('\t'), changes: [] };
    }
    if (step) yield step;
    const code = await ended;
    if (code !== 0) throw new Failure('unavailable', `git log failed in ${dir}: ${said.trim()}`);
  } finally {
    child.kill();
  }
}
