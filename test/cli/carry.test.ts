import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { type Upstream, upstreamWithReleases } from '../support/own-fixes.js';
import { gitIn } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

let dir: string;
let upstream: Upstream;
let common: string[];

beforeEach(() => {
  dir = tempFolder();
  upstream = upstreamWithReleases(dir);
  common = ['--fixes', join(dir, 'fixes'), '--mirror', `vllm=${upstream.dir}`];
});

const add = (...args: string[]) => cli('carry', 'add', ...args, '--project', 'vllm', ...common);
const patchFile = (text: string | Buffer): string => {
  const file = join(dir, 'given.patch');
  writeFileSync(file, text);
  return file;
};

/** A commit on r1 that `change` makes in the work tree, as git's own patch. */
function patchOf(change: (tree: string) => void): string {
  const tree = upstream.dir;
  gitIn(tree, 'checkout', '--quiet', '-B', 'hostile', 'r1');
  change(tree);
  gitIn(tree, 'add', '--all');
  return `${gitIn(tree, 'diff', '--cached', '--binary', '--full-index', '-M')}\n`;
}

describe('carry add', () => {
  it('takes a commit with its pull request, date and base, and leaves its author out', async () => {
    expect(await add(upstream.commit)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^carried\/vllm-pr-77 {2}Do not take/),
    });
    const fix = JSON.parse(readFileSync(join(dir, 'fixes/vllm/pr-77/fix.json'), 'utf8')) as object;
    expect(fix).toMatchObject({
      formatVersion: 1,
      id: 'carried/vllm-pr-77',
      source: { commit: upstream.commit, pull: '#77', date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
      base: gitIn(upstream.dir, 'rev-parse', 'r1'),
    });
    expect(JSON.stringify(fix)).not.toMatch(/mini@example|Author/);
  });

  it('finds what a patch was made for by its blob ids, by the revision that is named, or not at all', async () => {
    const file = patchFile(upstream.patch);
    expect((await add(file, '--id', 'acme/one')).code).toBe(0);
    const short = patchFile(upstream.patch.replace(/^index .*\n/gm, ''));
    const lost = await add(short, '--id', 'acme/two');
    expect([lost.code, lost.err]).toEqual([2, expect.stringContaining('--base')]);
    expect((await add(short, '--id', 'acme/two', '--base', 'r1')).code).toBe(0);
    const [one, two] = ['one', 'two'].map((name) =>
      readFileSync(join(dir, 'fixes/vllm', name, 'change.patch'), 'utf8'),
    );
    expect(one).toBe(two);
  });

  it('needs no mirror afterwards', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    const tree = join(dir, 'elsewhere');
    mkdirSync(join(tree, 'vllm'), { recursive: true });
    writeFileSync(join(tree, 'vllm/queue.py'), gitIn(upstream.dir, 'show', 'r2:vllm/queue.py').concat('\n'));
    gitIn(tree, 'init', '--quiet');
    gitIn(tree, 'add', '.');
    gitIn(tree, 'commit', '--quiet', '-m', 'a tree without that history');
    const target = ['--target', `vllm@${gitIn(tree, 'rev-parse', 'HEAD')}`, '--mirror', `vllm=${tree}`];
    const { out } = await cli(
      'status',
      ...target,
      '--only',
      'acme/queue',
      '--fixes',
      join(dir, 'fixes'),
      '--json',
    );
    expect(JSON.parse(out)).toMatchObject({ fixes: [{ id: 'acme/queue', verdict: 'needed' }] });
  });

  it('does not write over what is carried, and takes no id of a project', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    expect((await add(upstream.commit, '--id', 'acme/queue')).err).toMatch(/is there already/);
    expect((await add(upstream.commit, '--id', 'vllm/queue')).err).toMatch(/name space/);
  });
});

describe('carry add of what a fix cannot do', () => {
  it.each([
    [
      'a binary file',
      (tree: string) => writeFileSync(join(tree, 'vllm/x.bin'), Buffer.from([0, 1, 2, 0])),
      /binary bytes/,
    ],
    [
      'a change of the mode',
      (tree: string) => void gitIn(tree, 'update-index', '--chmod=+x', 'vllm/names.py'),
      /file mode/,
    ],
    [
      'a renamed file',
      (tree: string) => void gitIn(tree, 'mv', 'vllm/names.py', 'vllm/other.py'),
      /renamed from vllm\/names\.py/,
    ],
    [
      'a symbolic link',
      (tree: string) => {
        const blob = gitIn(tree, 'hash-object', '-w', 'vllm/names.py');
        gitIn(tree, 'update-index', '--add', '--cacheinfo', `120000,${blob},vllm/link`);
      },
      /symbolic link/,
    ],
    [
      'a submodule',
      (tree: string) =>
        void gitIn(tree, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vllm/sub`),
      /submodule/,
    ],
  ])('%s is refused, and nothing is written', async (_name, change, message) => {
    gitIn(upstream.dir, 'checkout', '--quiet', '-B', 'hostile', 'r1');
    change(upstream.dir);
    if (existsSync(join(upstream.dir, 'vllm/x.bin'))) gitIn(upstream.dir, 'add', '--all');
    const text = `${gitIn(upstream.dir, 'diff', '--cached', '--binary', '--full-index', '-M', 'r1')}\n`;
    const { code, err } = await add(patchFile(text), '--id', 'acme/x');
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(dir, 'fixes'))).toBe(false);
  });

  it.each([
    ['leads out of the tree', '../x.py'],
    ['leads into .git', '.git/hooks/post-checkout'],
    ['is absolute', '/x.py'],
  ])('a path that %s is refused, and nothing is written', async (_name, path) => {
    const text = `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
    const { code, err } = await add(patchFile(text), '--id', 'acme/x');
    expect([code, err]).toEqual([2, expect.stringContaining('may not be written')]);
    expect(existsSync(join(dir, 'fixes'))).toBe(false);
  });

  it('nothing but tests, a huge text, or no patch at all', async () => {
    const tests = patchOf((tree) => {
      mkdirSync(join(tree, 'tests'), { recursive: true });
      writeFileSync(join(tree, 'tests/test_x.py'), 'assert 1\n');
    });
    expect((await add(patchFile(tests), '--id', 'acme/x')).err).toContain('changes no code');
    expect((await add(patchFile('x'.repeat((16 << 20) + 1)), '--id', 'acme/x')).err).toContain('too large');
    expect((await add(patchFile('hello\n'), '--id', 'acme/x')).err).toContain('no patch');
    expect(existsSync(join(dir, 'fixes'))).toBe(false);
  });
});

describe('the history at hand', () => {
  const status = async (revision: string) => {
    const { out } = await cli(
      'status',
      '--target',
      `vllm@${revision}`,
      '--only',
      'acme/queue',
      '--json',
      ...common,
    );
    return (JSON.parse(out) as { fixes: { verdict: string; reason: string; evidence: { ref: string }[] }[] })
      .fixes[0]!;
  };

  it('names the commit by which upstream has what is carried', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    const { verdict, reason, evidence } = await status('r5');
    expect([verdict, evidence.at(-1)!.ref]).toEqual(['upstreamed', upstream.commit]);
    expect(reason).toContain(`by ${upstream.commit.slice(0, 12)} of `);
  });

  it('knows a backport by its pull request', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    const tree = upstream.dir;
    gitIn(tree, 'checkout', '--quiet', '-B', 'old', 'r1');
    gitIn(tree, 'cherry-pick', upstream.commit);
    const { verdict, evidence } = await status('old');
    expect([verdict, evidence.at(-1)!.ref]).toEqual(['upstreamed', gitIn(tree, 'rev-parse', 'old')]);
  });

  it('does not put back what upstream took out again', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    gitIn(upstream.dir, 'checkout', '--quiet', '-B', 'later', 'r5');
    gitIn(upstream.dir, 'revert', '--no-edit', upstream.commit);
    const { verdict, reason } = await status('later');
    expect(verdict).toBe('drifted');
    expect(reason).toContain('has taken it out or changed it since');
    const applied = await cli(
      'apply',
      '--target',
      'vllm@later',
      '--only',
      'acme/queue',
      '--out',
      join(dir, 'out'),
      ...common,
    );
    expect(applied.code).toBe(1);
    const table = await cli('matrix', '--rev', 'later', '--only', 'acme/queue', '--json', ...common);
    expect(JSON.parse(table.out)).toMatchObject([{ fixes: [{ verdict: 'drifted' }] }]);
  });
});

describe('carry refresh and drop', () => {
  it('put a patch onto another revision where it merges whole', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    const onto = (release: string) =>
      cli('carry', 'refresh', 'acme/queue', '--target', `vllm@${release}`, ...common);
    const failed = await onto('r4');
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('does not merge with vllm@r4')]);
    expect((await onto('r5')).err).toContain('has acme/queue already');
    expect((await onto('r3')).code).toBe(0);
    const patch = readFileSync(join(dir, 'fixes/vllm/queue/change.patch'), 'utf8');
    expect(patch).toContain('+++ b/vllm/core/queue.py');
    const again = await cli('status', '--target', 'vllm@r3', '--only', 'acme/queue', '--json', ...common);
    expect(JSON.parse(again.out)).toMatchObject({ fixes: [{ verdict: 'needed' }] });
  });

  it('name what there is where an id is unknown', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    const { code, err } = await cli('carry', 'drop', 'acme/other', ...common);
    expect([code, err]).toEqual([2, expect.stringContaining('there are: acme/queue')]);
  });

  it('drop the two files, and leave what else is there', async () => {
    await add(upstream.commit, '--id', 'acme/queue');
    const place = join(dir, 'fixes/vllm/queue');
    writeFileSync(join(place, 'NOTES.md'), 'mine');
    expect((await cli('carry', 'drop', 'acme/queue', ...common)).code).toBe(0);
    expect([existsSync(join(place, 'fix.json')), existsSync(join(place, 'NOTES.md'))]).toEqual([false, true]);
    expect((await cli('carry', 'list', ...common)).out).toBe('nothing is carried\n');
  });
});
