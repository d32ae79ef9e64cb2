import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, inject, it, vi } from 'vitest';
import { cli } from '../support/cli.js';
import { gitIn } from '../support/git.js';
import { expectHarmless, Forge, judgedBy, World, write } from './world.js';

const world = new World();
const FIX = 'vllm/mtp-exclusion';
/** They read a mirror in their own ways: its files, its history, a whole commit. */
const SOME = ['status', 'apply', 'export'] as const;

/** A copy of the miniature repository with lines in its configuration. */
function mirrorWith(config: string, more: (dir: string) => void = () => {}): string {
  const dir = world.place('mirror');
  cpSync(inject('miniRepository').dir, dir, { recursive: true });
  more(dir);
  const file = join(dir, '.git/config');
  write(file, `${execFileSync('cat', [file], { encoding: 'utf8' })}\n${config}\n`);
  return dir;
}

/** A loose object store without the blob of a file that a fix reads. */
function partial(dir: string): void {
  const pack = readdirSync(join(dir, '.git/objects/pack'), { encoding: 'utf8' }).filter((name) =>
    name.endsWith('.pack'),
  );
  const objects = join(dir, '.git/objects');
  for (const name of pack) {
    const bytes = execFileSync('cat', [join(objects, 'pack', name)], { maxBuffer: 1 << 28 });
    rmSync(join(objects, 'pack', name));
    rmSync(join(objects, 'pack', name.replace('.pack', '.idx')), { force: true });
    execFileSync('git', ['-C', dir, 'unpack-objects', '-q'], { input: bytes });
  }
  const oid = gitIn(dir, 'rev-parse', 'HEAD:vllm/model_executor/models/qwen3_next_mtp.py');
  rmSync(join(objects, oid.slice(0, 2), oid.slice(2)));
}

const PROMISOR = '[extensions]\n\tpartialClone = origin\n[core]\n\trepositoryFormatVersion = 1\n';

const script = (name: string): string => {
  const file = world.place(name);
  write(file, `#!/bin/sh\n${world.touch(name)}\ncat\n`);
  chmodSync(file, 0o755);
  return file;
};

/** A commit that says that it is signed: git may run a program to check it. */
function signed(dir: string): void {
  const tree = gitIn(dir, 'rev-parse', 'mini^{tree}');
  const text = `tree ${tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nsigned\n`;
  const args = ['-C', dir, 'hash-object', '-t', 'commit', '-w', '--stdin'];
  const commit = execFileSync('git', args, { input: text, encoding: 'utf8' }).trim();
  gitIn(dir, 'tag', '--force', 'mini', commit);
}

const MIRRORS: Readonly<Record<string, () => string>> = {
  'fetches what it lacks over ssh with a command of its own': () =>
    mirrorWith(
      `${PROMISOR}\tsshCommand = ${world.touch('ssh')};\n[remote "origin"]\n\turl = ssh://x/y\n\tpromisor = true`,
      partial,
    ),
  'fetches it with an upload-pack of its own': () =>
    mirrorWith(
      `${PROMISOR}[remote "origin"]\n\turl = file:///nowhere\n\tpromisor = true\n\tuploadpack = ${world.touch('up')};`,
      partial,
    ),
  'fetches it with a transport that is a program': () =>
    mirrorWith(
      `${PROMISOR}[protocol "ext"]\n\tallow = always\n[remote "origin"]\n\turl = ext::${world.touch('ext')}\n\tpromisor = true`,
      partial,
    ),
  'fetches it through a helper of its own': () =>
    mirrorWith(`${PROMISOR}[remote "origin"]\n\turl = x\n\tvcs = evil\n\tpromisor = true`, partial),
  'watches files with a program': () => mirrorWith(`[core]\n\tfsmonitor = ${script('fsmonitor')}`),
  'has hooks': () =>
    mirrorWith('', (dir) => {
      for (const name of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-auto-gc']) {
        mkdirSync(join(dir, '.git/hooks'), { recursive: true });
        write(join(dir, '.git/hooks', name), `#!/bin/sh\n${world.touch(name)}\n`);
        chmodSync(join(dir, '.git/hooks', name), 0o755);
      }
    }),
  'has hooks in another place': () => mirrorWith(`[core]\n\thooksPath = ${dirname(script('hooks'))}`),
  'shows commits through a pager, and checks their signatures with a program': () =>
    mirrorWith(
      `[core]\n\tpager = ${script('pager')}\n[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${script('gpg')}`,
      signed,
    ),
  'filters files': () =>
    mirrorWith(
      `[filter "x"]\n\tclean = ${script('clean')}\n\tsmudge = ${script('smudge')}\n\tprocess = ${script('process')}\n\trequired = true`,
      (dir) => {
        mkdirSync(join(dir, '.git/info'), { recursive: true });
        write(join(dir, '.git/info/attributes'), '* filter=x\n');
      },
    ),
  'shows differences with programs': () =>
    mirrorWith(`[diff]\n\texternal = ${script('external')}\n[diff "x"]\n\ttextconv = ${script('textconv')}`),
  'asks for passwords with a program': () =>
    mirrorWith(
      `[credential]\n\thelper = !${world.touch('credential')}\n[core]\n\taskPass = ${script('askpass')}`,
    ),
  'takes more configuration from elsewhere': () => {
    const file = world.place('config');
    write(
      file,
      `[core]\n\tfsmonitor = ${script('included')}\n[uploadpack]\n\tpackObjectsHook = ${script('pack')}\n`,
    );
    return mirrorWith(`[include]\n\tpath = ${file}`);
  },
  'has its work tree elsewhere': () => mirrorWith(`[core]\n\tworktree = ${world.marks}`),
  'lists the references of others with a program': () =>
    mirrorWith(`[core]\n\talternateRefsCommand = ${script('alternate')}`),
};

describe('a mirror that', () => {
  it.each(Object.entries(MIRRORS))('%s runs nothing', async (_, make) => {
    const mirror = make();
    for (const [, ran] of await judgedBy(world, mirror, 'mini', FIX, SOME))
      expectHarmless(world, ran, [0, 1, 3]);
  });

  it('is the folder that we stand in runs nothing when a remote is asked', async () => {
    const here = mirrorWith(
      `[core]\n\tsshCommand = ${world.touch('cwd')};\n[url "ssh://evil/"]\n\tinsteadOf = file://\n[credential]\n\thelper = !${world.touch('cwd2')}`,
    );
    const other = mirrorWith('');
    const before = process.cwd();
    process.chdir(here);
    try {
      const tags = ['--project', 'vllm', '--tags', 'mini', '--only', FIX, '--no-cache'];
      const ran = await cli('matrix', ...tags, '--mirror', `vllm=file://${other}`);
      world.expectNoMark();
      expect(ran.err).not.toMatch(/ssh|evil/);
    } finally {
      process.chdir(before);
    }
  });

  it('says `could not fetch` and ends, as some versions of git do, lacks that object alone', async () => {
    const mirror = mirrorWith('');
    const oid = gitIn(mirror, 'rev-parse', 'HEAD:README.md');
    const bin = world.place('bin');
    mkdirSync(bin);
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const loop = `while read name; do [ "$name" = ${oid} ] && { echo "fatal: could not fetch $name from promisor remote" >&2; exit 128; }; echo "$name" | ${real} -C ${mirror} cat-file --batch; done`;
    write(
      join(bin, 'git'),
      `#!/bin/sh\ncase "$*" in *"cat-file --batch") ${loop};; *) exec ${real} "$@";; esac\n`,
    );
    chmodSync(join(bin, 'git'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    try {
      const { ObjectReader } = await import('../../src/tree/object-reader.js');
      const reader = new ObjectReader(mirror);
      const [lacks, has] = await Promise.all([reader.read(oid), reader.read('mini^{commit}')]);
      reader.close();
      expect([lacks, has?.type]).toEqual([undefined, 'commit']);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe.skipIf(process.getuid?.() !== 0)(
  'a mirror of another user (skipped: only root can make one)',
  () => {
    const foreign = (): string => {
      const dir = mirrorWith('');
      for (const path of [dir, join(dir, '.git')]) chownSync(path, 12345, 12345);
      return dir;
    };

    it('is not read, and the way to trust it is said', async () => {
      for (const [, ran] of await judgedBy(world, foreign(), 'mini', FIX)) {
        expectHarmless(world, ran, [3]);
        expect(ran.err).toMatch(/belongs to another user/);
        expect(ran.err).toMatch(/git config --global --add safe.directory/);
      }
    });

    it('is read where the user told git so', async () => {
      const dir = foreign();
      const home = world.place('home');
      mkdirSync(home);
      write(join(home, '.gitconfig'), `[safe]\n\tdirectory = ${dir}\n`);
      vi.stubEnv('HOME', home);
      try {
        const ran = await cli('status', '--target', 'vllm@mini', '--mirror', `vllm=${dir}`, '--only', FIX);
        expect(ran).toMatchObject({ code: 0 });
      } finally {
        vi.unstubAllEnvs();
      }
    });

    it('is not borrowed from through alternates', async () => {
      const dir = mirrorWith('', (own) => {
        mkdirSync(join(own, '.git/objects/info'), { recursive: true });
        write(join(own, '.git/objects/info/alternates'), `${join(foreign(), '.git/objects')}\n`);
      });
      const ran = await cli('status', '--target', 'vllm@mini', '--mirror', `vllm=${dir}`, '--only', FIX);
      expectHarmless(world, ran, [3]);
      expect(ran.err).toMatch(/borrows objects/);
    });
  },
);

describe('a mirror is never written to', () => {
  const listed = (dir: string): string[] =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((path) => `${path} ${statSync(join(dir, path)).mtimeMs}`);
  const shm = '/dev/shm';
  const other = existsSync(shm) && statSync(shm).dev !== statSync(world.dir).dev;

  it('by any command', async () => {
    const mirror = mirrorWith('');
    const before = listed(mirror);
    await judgedBy(world, mirror, 'mini', FIX);
    expect(listed(mirror)).toEqual(before);
  });

  it.skipIf(!other)('and a new checkout may be on another file system (skipped: there is none)', async () => {
    const mirror = mirrorWith('');
    const before = listed(mirror);
    const out = join(shm, `dgx-patch-test-${process.pid}`);
    try {
      const target = ['--target', 'vllm@mini', '--mirror', `vllm=${mirror}`, '--only', FIX];
      expect(await cli('apply', ...target, '--out', out)).toMatchObject({ code: 0 });
      expect(gitIn(out, 'fsck', '--no-dangling', '--no-progress')).not.toMatch(/error|missing/);
      expect(listed(mirror)).toEqual(before);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  it('and a forged object store is read as far as it goes', async () => {
    const mirror = mirrorWith('', partial);
    expect(new Forge(mirror).dir).toBe(mirror);
    const ran = await cli('status', '--target', 'vllm@mini', '--mirror', `vllm=${mirror}`, '--only', FIX);
    expectHarmless(world, ran, [0, 1, 3]);
  });
});
