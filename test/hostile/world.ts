import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { gitEnvironment } from '../../src/tree/git-environment.js';
import { cli, type Ran } from '../support/cli.js';
import { gitIn } from '../support/git.js';

/** Folders for one test file: what hostile things are made in, and the one that must stay empty. */
export class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'dgx-patch-hostile-'));
  readonly marks = join(this.dir, 'marks');
  #count = 0;

  constructor() {
    mkdirSync(this.marks);
    afterAll(() => rmSync(this.dir, { recursive: true, force: true }));
  }

  /** A path that is not there yet. */
  place(name = 'place'): string {
    this.#count += 1;
    return join(this.dir, `${name}-${this.#count}`);
  }

  /** A shell command that leaves its mark. */
  touch(name: string): string {
    return `touch ${join(this.marks, name)}`;
  }

  /** The way from anywhere to a file in the folder of marks. */
  up(name: string): string {
    return `${'../'.repeat(16)}${join(this.marks, name).slice(1)}`;
  }

  /** Nothing that was hostile did anything. */
  expectNoMark(): void {
    expect(readdirSync(this.marks)).toEqual([]);
  }
}

/** No command may end with a bug, print what acts in a terminal, or leave a mark. */
export function expectHarmless(world: World, ran: Ran, codes: readonly number[]): void {
  expect(ran.err).not.toContain('this is a bug');
  expect(codes, ran.out + ran.err).toContain(ran.code);
  world.expectNoMark();
}

export const ALL = ['status', 'diff', 'apply', 'export', 'verify', 'matrix'] as const;
type Name = (typeof ALL)[number] | 'status md';

/** The commands that judge a revision of a mirror, each with few fixes. */
export async function judgedBy(
  world: World,
  mirror: string,
  revision: string,
  only: string,
  names: readonly Name[] = ALL,
): Promise<ReadonlyMap<string, Ran>> {
  const target = ['--target', `vllm@${revision}`, '--mirror', `vllm=${mirror}`, '--only', only];
  const commands: Record<Name, readonly string[]> = {
    status: ['status', ...target],
    'status md': ['status', ...target, '--format', 'md'],
    diff: ['diff', ...target],
    apply: ['apply', ...target, '--out', world.place('out')],
    export: ['export', ...target, '--out', world.place('patches')],
    verify: ['verify', ...target, '--stage', 'parse,judge'],
    matrix: ['matrix', '--project', 'vllm', '--rev', revision, ...target.slice(2), '--no-cache'],
  };
  const ran = new Map<string, Ran>();
  for (const name of names) ran.set(name, await cli(...commands[name]));
  return ran;
}

const raw = (dir: string, args: readonly string[], input: Buffer | string = ''): Buffer =>
  execFileSync('git', ['-C', dir, ...args], { input, env: gitEnvironment(dir), stdio: 'pipe' });

/** Writes trees, commits and blobs that git itself would refuse to make. */
export class Forge {
  constructor(readonly dir: string) {}

  blob(text: string): string {
    return raw(this.dir, ['hash-object', '-w', '--stdin'], text).toString().trim();
  }

  #entries(tree: string | undefined): Map<string, { mode: string; oid: string }> {
    const rows = tree === undefined ? '' : raw(this.dir, ['ls-tree', '-z', tree]).toString('latin1');
    return new Map(
      [...rows.matchAll(/(\d+) \w+ ([0-9a-f]+)\t([^\0]*)\0/g)].map(([, mode, oid, name]) => [
        name!,
        { mode: mode!.replace(/^0/, ''), oid: oid! },
      ]),
    );
  }

  /** The tree with an entry at `parts`, each a name as it is, whatever it is. Names are byte text. */
  graft(tree: string | undefined, parts: readonly string[], mode: string, oid: string): string {
    const entries = this.#entries(tree);
    const [name, ...rest] = parts;
    const below = entries.get(name!);
    const known = below?.mode === '40000' ? below.oid : undefined;
    entries.set(
      name!,
      rest.length === 0 ? { mode, oid } : { mode: '40000', oid: this.graft(known, rest, mode, oid) },
    );
    const key = ([own, { mode: kind }]: [string, { mode: string }]) => (kind === '40000' ? `${own}/` : own);
    const sorted = [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const bytes = sorted.map(([own, entry]) =>
      Buffer.concat([Buffer.from(`${entry.mode} ${own}\0`, 'latin1'), Buffer.from(entry.oid, 'hex')]),
    );
    const write = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'];
    return raw(this.dir, write, Buffer.concat(bytes)).toString().trim();
  }

  /** Commits the miniature tree with some files changed; undefined takes one away. Returns the commit. */
  commit(files: Readonly<Record<string, string>>, message = 'hostile'): string {
    let tree = gitIn(this.dir, 'rev-parse', 'mini^{tree}');
    for (const [path, text] of Object.entries(files))
      tree = this.graft(tree, path.split('/'), '100644', this.blob(text));
    return this.commitTree(tree, message);
  }

  commitTree(tree: string, message = 'hostile'): string {
    return gitIn(this.dir, 'commit-tree', tree, '-p', 'mini', '-m', message);
  }
}

export const write = (path: string, text: string): void => writeFileSync(path, text);
