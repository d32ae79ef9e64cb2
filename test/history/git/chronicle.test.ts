import { describe, expect, it } from 'vitest';
import type { Codemod } from '../../../src/codemod/types.js';
import { accountOf, between } from '../../../src/history/account.js';
import { Chronicle, describeCommit } from '../../../src/history/chronicle.js';
import { forecast } from '../../../src/history/forecast.js';
import { Historian } from '../../../src/history/historian.js';
import { Store } from '../../../src/history/store.js';
import { storyOf } from '../../../src/history/story.js';
import { stateAt, type Timeline } from '../../../src/history/timeline.js';
import { judgeTree } from '../../../src/judge/judge.js';
import { locate, search } from '../../../src/source/locate.js';
import { GitTree } from '../../../src/tree/git-tree.js';
import { Commits } from '../../support/commits.js';
import { BUILD, codemodOf } from '../../support/memory.js';
import { tempFolder } from '../../support/temp.js';

/** Wrong where a caller in src/ says `swizzle`, whichever file the callee is in: it moves at times. */
const caller = codemodOf('vllm/caller', {
  async judge(context) {
    const [callee] = await locate(context, { known: ['src/new.py'], search: /^src\//, holds: /def callee/ });
    if (!callee) return { absent: 'no callee' };
    if (callee.text.includes('unknown')) return { drifted: 'an unknown shape' };
    const wrong = (await search(context, /^src\//, /callee\(swizzle/)).length > 0;
    return {
      sites: [{ file: callee, offset: 0, state: wrong ? 'wrong' : 'right', what: 'callee' }],
      reason: { wrong: 'called with swizzle', right: 'called plainly' },
    };
  },
  async rewrite(_, context) {
    const files = await search(context, /^src\//, /callee\(swizzle/);
    return files.map(({ path, text }) => {
      const start = text.indexOf('swizzle');
      return { path, start, end: start + 'swizzle'.length, text: 'plain' };
    });
  },
});
const FIXES: readonly Codemod[] = [caller];

const CALLEE = 'def callee(x): pass\n';
const PLAIN = { 'src/callee.py': CALLEE, 'src/user.py': 'callee(plain)\n', 'docs/a.md': '1\n' };
const WRONG = { ...PLAIN, 'src/user.py': 'callee(swizzle)\n' };
const MOVED = { 'src/new.py': CALLEE, 'src/user.py': 'callee(swizzle)\n' };

/** A history in which the verdict comes back, a file moves, and a release has a commit of its own. */
function world() {
  const commits = new Commits();
  commits.add('Begin', { 'docs/a.md': '0\n' });
  commits.add('A callee and its caller (#2)', PLAIN);
  commits.add('Swizzle (#3)', WRONG);
  commits.add('Only words', { ...WRONG, 'docs/a.md': '2\n' });
  const side = commits.add('Aside', { ...PLAIN, 'docs/b.md': '' }, [3]);
  commits.add('Merge the cure (#6)', { ...PLAIN, 'docs/b.md': '' }, [4, side]);
  commits.add('Move the callee', { ...MOVED, 'src/user.py': 'callee(plain)\n' });
  commits.add('Swizzle again (#8)', MOVED);
  commits.add('Rewrite the callee', { ...MOVED, 'src/new.py': '# unknown\ndef callee(x): pass\n' });
  commits.add('Settle the callee', { ...MOVED, 'src/user.py': 'callee(plain)\n' });
  const picked = commits.add('Cherry-pick the cure', { ...WRONG, 'src/user.py': 'callee(plain)\n' }, [4]);
  const bare = commits.add('Nothing but a version', { ...WRONG, 'docs/v.md': '' }, [4]);
  commits.tag('v1.0.0', picked);
  commits.tag('v1.1.0', bare);
  commits.tag('v1.2.0rc1', bare);
  commits.add('The newest', { ...MOVED, 'src/user.py': 'callee(plain)\n', 'docs/z.md': '' }, [10]);
  return { dir: commits.dir, ids: commits.write() };
}

type World = ReturnType<typeof world>;
const MAIN = [1, 2, 3, 4, 6, 7, 8, 9, 10, 13];

function chronicleOf({ dir }: World, store = new Store(undefined)) {
  const historian = new Historian(store);
  const question = { codemods: FIXES, build: BUILD, options: {} };
  return { historian, chronicle: new Chronicle(historian, { project: 'vllm', dir, dirs: [dir] }, question) };
}

async function whole(
  made: World,
  store?: Store,
  to = 13,
): Promise<{ timeline: Timeline; judgements: number }> {
  const { historian, chronicle } = chronicleOf(made, store);
  const timeline = await chronicle.between(made.ids.get(1)!, made.ids.get(to)!);
  await historian.close();
  return { timeline, judgements: historian.memory.judgements };
}

async function verdictAt({ dir }: World, commit: string): Promise<string> {
  const tree = new GitTree(dir, commit);
  try {
    return (await judgeTree(tree, FIXES, BUILD))[0]!.verdict;
  } finally {
    tree.close();
  }
}

const ID = caller.id;
const spansIn = (timeline: Timeline) =>
  storyOf(ID, timeline).spans.map(({ verdict, from, because }) => [verdict, from, because?.subject]);

describe('Chronicle', () => {
  it('says at every commit what judging that commit alone says, and which commit made it so', async () => {
    const made = world();
    const { timeline, judgements } = await whole(made);
    expect(timeline.steps.map(([commit]) => commit)).toEqual(MAIN.slice(1).map((n) => made.ids.get(n)));
    for (const [index, number] of MAIN.entries()) {
      const verdict = await verdictAt(made, made.ids.get(number)!);
      expect(stateAt(timeline.fixes[ID]!, index - 1)!.verdict, `commit ${number}`).toBe(verdict);
    }
    expect(spansIn(timeline)).toEqual([
      ['not-applicable', -1, undefined],
      ['upstreamed', 0, 'A callee and its caller (#2)'],
      ['needed', 1, 'Swizzle (#3)'],
      ['upstreamed', 3, 'Merge the cure (#6)'],
      ['needed', 5, 'Swizzle again (#8)'],
      ['drifted', 6, 'Rewrite the callee'],
      ['upstreamed', 7, 'Settle the callee'],
    ]);
    expect(judgements).toBeLessThan(2 * MAIN.length);
  });

  it('names the paths that made the change', async () => {
    const { timeline } = await whole(world());
    const paths = storyOf(ID, timeline).spans.map((span) => span.paths);
    expect(paths.slice(2, 5)).toEqual([['src/user.py'], ['src/user.py'], ['src/user.py']]);
  });

  it('judges a release in its own tree, with the commits of its branch', async () => {
    const { timeline } = await whole(world());
    expect(timeline.releases.map(({ name, at, states }) => [name, at, states[ID]!.verdict])).toEqual([
      ['v1.0.0', 2, 'upstreamed'],
      ['v1.1.0', 2, 'needed'],
    ]);
  });

  it('tells the story of a fix, and what to cherry-pick', async () => {
    const { timeline } = await whole(world());
    const { chapters, open, needing, picks } = storyOf(ID, timeline);
    expect(chapters.map(({ turn, pullRequest }) => [turn, pullRequest])).toEqual([
      ['introduced', '#3'],
      ['cured', '#6'],
      ['returned', '#8'],
      ['blocked', undefined],
      ['cured', undefined],
    ]);
    expect(open).toBe(false);
    expect(needing.map(({ name }) => name)).toEqual(['v1.1.0']);
    expect(picks.map(({ because, releases }) => [because.subject, releases.length])).toEqual([
      ['Merge the cure (#6)', 1],
    ]);
  });

  it('goes on where it was, and judges nothing twice', async () => {
    const made = world();
    const dir = tempFolder();
    const first = await whole(made, new Store(dir), 7);
    expect(first.timeline.steps).toHaveLength(5);
    const rest = await whole(made, new Store(dir));
    const { timeline } = await whole(made);
    expect(rest.timeline).toEqual(timeline);
    expect(first.judgements).toBeGreaterThan(0);
    const again = await whole(made, new Store(dir));
    expect(again).toEqual({ timeline, judgements: 0 });
    // A shorter line is the beginning of the longer one.
    expect((await whole(made, new Store(dir), 7)).timeline).toEqual(first.timeline);
  });

  it('takes another line than the one it knows for what it is', async () => {
    const made = world();
    const dir = tempFolder();
    const main = await whole(made, new Store(dir));
    const branch = await whole(made, new Store(dir), 12);
    expect(spansIn(branch.timeline).at(-1)).toEqual(['needed', 1, 'Swizzle (#3)']);
    expect(branch.timeline).toEqual((await whole(made, new Store(undefined), 12)).timeline);
    expect(await whole(made, new Store(dir))).toEqual({ timeline: main.timeline, judgements: 0 });
  });

  it('looks from one target to another from where their ways part', async () => {
    const made = world();
    const { historian, chronicle } = chronicleOf(made);
    const target = (number: number) => {
      const commit = made.ids.get(number)!;
      return { project: 'vllm', revision: commit, commit, dir: made.dir } as never;
    };
    const way = (await chronicle.since(target(11), target(13), []))!;
    await historian.close();
    expect(way.start.commit).toBe(made.ids.get(4));
    const account = accountOf(way, ID, false)!;
    expect(account.because!.subject).toBe('Settle the callee');
    expect(between(account).map(({ verdict }) => verdict)).toEqual(['upstreamed', 'needed', 'drifted']);
  });

  it('says how far one can go, and what happens on the way', async () => {
    const made = world();
    const { timeline } = await whole(made);
    const ahead = forecast(timeline, await describeCommit(made.dir, made.ids.get(13)!));
    expect(ahead.events.map(({ kind, at }) => [kind, at])).toEqual([
      ['newly-needed', 1],
      ['retires', 3],
      ['newly-needed', 5],
      ['drifts', 6],
      ['settles', 7],
    ]);
    expect(ahead.lastGood.commit).toBe(made.ids.get(8));
  });
});
