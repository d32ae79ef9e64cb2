import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Lock } from '../../src/container/lock.js';
import { cli, type Ran } from '../support/cli.js';
import { type ContainerPlace, containerPlace } from '../support/container-place.js';
import { gitIn, miniRepository, snapshot } from '../support/repository.js';

const context = (place: ContainerPlace, name: string, ...more: string[]): Promise<Ran> =>
  cli('build', ...place.args, '--context-only', join(place.dir, name), ...more);

/** Names, modes and times of everything below a folder. */
function looks(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { mode, mtimeMs } = lstatSync(join(dir, path));
      return `${path} ${mode.toString(8)} ${mtimeMs}`;
    });
}

describe('build --context-only', () => {
  it('gives the same bytes, modes and times twice, whatever the umask', async () => {
    const place = await containerPlace();
    expect(await context(place, 'a')).toMatchObject({ code: 0 });
    const umask = process.umask(0o077);
    try {
      await context(place, 'b');
    } finally {
      process.umask(umask);
    }
    expect(snapshot(join(place.dir, 'b'))).toEqual(snapshot(join(place.dir, 'a')));
    expect(looks(join(place.dir, 'b'))).toEqual(looks(join(place.dir, 'a')));
  });

  it('gives the same from another checkout of the same', async () => {
    const [one, two] = [await containerPlace(), await containerPlace()];
    await context(one, 'context');
    await context(two, 'context');
    expect(snapshot(join(two.dir, 'context'))).toEqual(snapshot(join(one.dir, 'context')));
  });

  it('locks every input: set, base, trees with their hashes and fixes, and every file', async () => {
    const place = await containerPlace();
    const digest = `sha256:${'0'.repeat(64)}`;
    const ran = await context(place, 'context', '--json', '--base', `nvidia/cuda:x@${digest}`);
    const lock = JSON.parse(ran.out) as Lock;
    expect(lock).toMatchObject({
      base: { digest },
      torch: { version: '2.10.0', index: 'cu130' },
      set: { name: 'Spark' },
    });
    expect(ran.err).not.toContain('is a tag');
    expect(lock.trees[0]!.tree).toBe(gitIn(place.tree, 'rev-parse', 'HEAD^{tree}'));
    expect(lock.trees[0]!.fixes.map(({ id }) => id)).toContain('vllm/capability-routing');
    const files = Object.keys(snapshot(join(place.dir, 'context')));
    expect(lock.files.map(({ path }) => path).sort()).toEqual(
      files.filter((path) => path !== 'lock.json').sort(),
    );
    expect(readFileSync(join(place.dir, 'context/image.json'), 'utf8')).toContain(lock.trees[0]!.tree);
  });

  it('packs the tree as git has it: links, modes, long and foreign names', async () => {
    const place = await containerPlace();
    await context(place, 'context');
    const out = join(place.dir, 'unpacked');
    mkdirSync(out);
    execFileSync('tar', ['-xf', join(place.dir, 'context/trees/vllm.tar'), '-C', out]);
    expect(snapshot(out)).toEqual(snapshot(place.tree));
    gitIn(out, 'init', '--quiet');
    gitIn(out, 'add', '--all', '--force');
    expect(gitIn(out, 'write-tree')).toBe(gitIn(place.tree, 'rev-parse', 'HEAD^{tree}'));
  });

  it('refuses a folder that holds something', async () => {
    const place = await containerPlace();
    expect(await context(place, 'patched')).toMatchObject({
      code: 5,
      err: expect.stringContaining('not an empty folder'),
    });
  });
});

describe('a tree that is not what its receipt says', () => {
  it.each<[string, (tree: string) => void, string]>([
    [
      'a changed file',
      (tree) => appendFileSync(join(tree, 'README.md'), '!'),
      'README.md is not what was committed',
    ],
    ['a new file', (tree) => writeFileSync(join(tree, 'new.py'), ''), 'new.py is not what was committed'],
    ['a removed file', (tree) => rmSync(join(tree, 'README.md')), 'README.md is not what was committed'],
    [
      'a commit on top',
      (tree) => {
        writeFileSync(join(tree, 'new.py'), '');
        gitIn(tree, 'add', '--all');
        gitIn(tree, 'commit', '--quiet', '--message', 'more');
      },
      'but its receipt says',
    ],
    [
      'neither a receipt nor commits of ours',
      (tree) => {
        rmSync(join(tree, '.git/dgx-patch/receipt.json'));
        gitIn(tree, 'reset', '--quiet', '--soft', gitIn(tree, 'rev-list', '--max-parents=0', 'HEAD'));
        gitIn(tree, 'commit', '--quiet', '--message', 'by hand');
      },
      'has no receipt',
    ],
    ['the commit before', (tree) => gitIn(tree, 'checkout', '--quiet', 'HEAD~1'), 'but its receipt says'],
    [
      'objects of another repository',
      (tree) => writeFileSync(join(tree, '.git/objects/info/alternates'), '/nowhere\n'),
      'borrows objects',
    ],
  ])('is refused: %s', async (_what, change, words) => {
    const place = await containerPlace();
    change(place.tree);
    const ran = await context(place, 'context');
    expect(ran).toMatchObject({ code: 5, err: expect.stringContaining(words) });
    expect(ran.err).toContain('next:');
  });

  it('is refused: another revision than the set’s', async () => {
    const place = await containerPlace();
    const pins = JSON.parse(readFileSync(place.pins, 'utf8'));
    pins.pins[0].commit = '0'.repeat(40);
    writeFileSync(place.pins, JSON.stringify(pins));
    expect(await context(place, 'context')).toMatchObject({
      code: 5,
      err: expect.stringContaining('the set names another revision'),
    });
  });

  it('is refused: one that was patched for another arch', async () => {
    const place = await containerPlace();
    const pins = JSON.parse(readFileSync(place.pins, 'utf8'));
    pins.sets[0].arch = '12.0f';
    writeFileSync(place.pins, JSON.stringify(pins));
    expect(await context(place, 'context')).toMatchObject({
      code: 5,
      err: expect.stringContaining('patched for CUDA 13.0 and arch 12.1a'),
    });
  });

  it('is not there: says that build makes it', async () => {
    const place = await containerPlace();
    const ran = await cli(
      'build',
      '--pins',
      place.pins,
      '--tree',
      'vllm=./nowhere',
      '--context-only',
      join(place.dir, 'c'),
    );
    expect(ran).toMatchObject({
      code: 5,
      err: expect.stringContaining('build makes the checkout itself'),
    });
  });
});

describe('a set without its checkout', () => {
  it('is one command from nothing: build makes it, with every needed fix, and the same context again', async () => {
    const place = await containerPlace();
    const { dir: upstream } = miniRepository();
    mkdirSync(join(upstream, 'requirements'));
    writeFileSync(join(upstream, 'requirements/build.txt'), 'cmake\n');
    gitIn(upstream, 'add', '--all');
    gitIn(upstream, 'commit', '--quiet', '--message', 'what a build needs');
    const pins = JSON.parse(readFileSync(place.pins, 'utf8'));
    pins.pins[0].commit = gitIn(upstream, 'rev-parse', 'HEAD');
    // Two sets, and a default.
    pins.sets = [
      { ...pins.sets[0], name: 'other' },
      { ...pins.sets[0], default: true },
    ];
    writeFileSync(place.pins, JSON.stringify(pins));
    const before = process.cwd();
    process.chdir(place.dir);
    try {
      const build = (out: string) =>
        cli('build', '--pins', place.pins, '--mirror', `vllm=${upstream}`, '--context-only', out, '--json');
      const first = await build('a');
      expect([first.code, first.err]).toEqual([0, expect.stringMatching(/\d+ fixes applied/)]);
      const lock = JSON.parse(first.out);
      expect(lock.set.name).toBe('Spark');
      expect(lock.trees[0].fixes.length).toBeGreaterThan(3);
      const second = await build('b');
      expect(second.err).not.toContain('fixes applied');
      expect(second.out).toBe(first.out);
    } finally {
      process.chdir(before);
    }
  });
});

describe('a proof', () => {
  const verify = (place: ContainerPlace) => cli('verify', '--dir', place.tree, '--stage', 'parse,judge');

  it('comes along with the tree that it is about', async () => {
    const place = await containerPlace();
    expect((await context(place, 'a')).err).toContain('has no proof yet');
    expect(await verify(place)).toMatchObject({ code: 0 });
    expect((await context(place, 'b')).err).not.toContain('has no proof');
    const proof = JSON.parse(readFileSync(join(place.dir, 'b/proofs/vllm.json'), 'utf8'));
    expect(proof).toMatchObject({ state: 'passed' });
  });

  it.each<[string, object, number, string]>([
    ['failed', { state: 'failed' }, 4, 'failed'],
    ['is about another tree', { key: { tree: '0' } }, 5, 'about another tree'],
  ])('that %s is refused', async (_what, change, code, words) => {
    const place = await containerPlace();
    await verify(place);
    const file = join(place.tree, '.git/dgx-patch/proof.json');
    const proof = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...proof, ...change }));
    expect(await context(place, 'context')).toMatchObject({ code, err: expect.stringContaining(words) });
  });
});

describe('a set', () => {
  it.each([
    [['--set', 'other'], 'there is no set'],
    [['--stage', 'other'], '--stage is one of'],
    [['--engine', 'other'], '--engine is one of'],
    [['--base', 'a b'], 'not the name of an image'],
    [['--tree', 'torch=x'], '--tree is <project=dir>'],
  ])('that is misspelt is a usage error: %j', async (args, words) => {
    const place = await containerPlace();
    expect(await cli('build', ...place.args, ...args)).toMatchObject({
      code: 2,
      err: expect.stringContaining(words),
    });
  });
});
