import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { gitIn } from '../../support/git.js';
import { EDITED, type Reproduction, type Said, type World } from './world.js';

const PROCESSES = 6;
const ROUNDS = 4;
/** No process has this id. The two forms are those of 0.1.0 and of today. */
const DEAD = [
  '4194304\n\n',
  JSON.stringify({
    formatVersion: 1,
    id: '00000000-0000-4000-8000-000000000001',
    pid: 4194304,
    start: '',
    place: '',
  }),
];

/** All wait in the last git command before the lock until all are there, and are let go at one moment. */
async function together(world: World): Promise<Said[]> {
  const [gate, pipe] = [join(world.dir, 'gate'), join(world.dir, 'pipe')];
  for (const path of [gate, pipe]) rmSync(path, { recursive: true, force: true });
  mkdirSync(gate);
  execFileSync('mkfifo', [pipe]);
  const held = openSync(pipe, 'r+');
  const slow = world.gitThat(
    `case "$*" in *--git-path*) : > ${gate}/$$; read -r _ < ${pipe};; ` +
      '*read-tree*|*write-tree*|*update-index*|*update-ref*) sleep 0.2;; esac',
  );
  let open = true;
  const go = () => {
    if (open) closeSync(held);
    open = false;
  };
  const timer = setInterval(() => {
    if (readdirSync(gate).length >= PROCESSES) setTimeout(go, 100);
  }, 20);
  try {
    return await Promise.all(
      Array.from({ length: PROCESSES }, () => world.start(['apply', ...world.onTree], slow)),
    );
  } finally {
    clearInterval(timer);
    go();
  }
}

/** One applied, the others were told so, and the tree has that one edit. */
function expectOneWinner(world: World, all: readonly Said[]): void {
  const kinds = all.map(({ code, out, err }) => {
    if (code === 0) return /nothing to do/.test(out) ? 'came later' : 'won';
    return code === 5 && /another dgx-patch/.test(err) ? 'refused' : `${code}: ${err}`;
  });
  expect(kinds.filter((kind) => kind !== 'came later' && kind !== 'refused')).toEqual(['won']);
  expect(gitIn(world.tree, 'diff', '--name-only', 'mini', 'HEAD')).toBe(EDITED);
  expect(gitIn(world.tree, 'status', '--porcelain')).toBe('');
}

const race = (what: string, locks: readonly (string | undefined)[]): Reproduction => ({
  finding: 'B1',
  what: `${PROCESSES} processes that start together, with ${what}`,
  held: 'apply/mutex: takers that start together',
  async run(world) {
    for (let round = 0; round < ROUNDS; round += 1) {
      world.fresh();
      const lock = locks[round % locks.length];
      if (lock !== undefined) world.plant('lock', lock);
      expectOneWinner(world, await together(world));
    }
  },
});

/** Kills the tool while the tree's own index is written or HEAD moves, and leaves git's lock as it is then. */
const KILL = [
  'stop() { [ -e .git/index.lock ] || : > .git/index.lock; kill -9 $PPID; exit 1; }',
  'case "$*" in',
  '  *update-index*--index-info*) [ -z "$GIT_INDEX_FILE" ] && stop;;',
  '  *update-ref*HEAD*) stop;;',
  'esac',
].join('\n');

export const LOCKS: readonly Reproduction[] = [
  race('no lock', [undefined]),
  race('an empty lock', ['']),
  race('the lock of a dead process', DEAD),
  {
    finding: 'B1',
    what: 'a commit made with an index that another process removed',
    held: 'apply/state-data: an index that another process removed is not used',
    async run(world) {
      const before = world.look();
      const other = world.gitThat('case "$*" in *--index-info*) rm -f "$GIT_INDEX_FILE";; esac');
      const { code } = await world.start(['apply', ...world.onTree], other);
      expect(world.look()).toEqual(before);
      expect(code).toBe(5);
    },
  },
  {
    finding: 'C3',
    what: 'what a kill left of the index that commits are made with',
    held: 'apply/kill: a kill at any step of apply',
    run(world) {
      world.plant('commit-index.lock', '');
      expect(world.apply()).toMatchObject({ code: 0 });
    },
  },
  {
    finding: 'C6',
    what: 'git’s own lock, met after files were written',
    held: 'apply/index-lock: revert does so too',
    run(world) {
      expect(world.apply()).toMatchObject({ code: 0 });
      const lock = join(world.tree, '.git/index.lock');
      const before = world.look();
      writeFileSync(lock, '');
      const said = world.revert();
      expect(world.look()).toEqual(before);
      expect([said.code, said.err]).toEqual([5, expect.stringContaining(lock)]);
    },
  },
  {
    finding: 'C6',
    what: 'a kill while git held its lock: the next command brings the tree back',
    held: 'apply/index-lock: a tree that was killed while we held git’s lock',
    async run(world) {
      const before = world.look();
      const killed = await world.start(
        ['apply', ...world.onTree],
        world.gitThat(`cd ${world.tree}\n${KILL}`),
      );
      expect(killed.code).toBeNull();
      expect(existsSync(join(world.tree, '.git/index.lock'))).toBe(true);
      world.revert();
      expect(world.look()).toEqual(before);
      expect(gitIn(world.tree, 'status', '--porcelain')).toBe('');
      expect(world.apply()).toMatchObject({ code: 0 });
    },
  },
];
