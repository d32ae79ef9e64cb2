import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roleOf } from '../../src/patch/language.js';
import type { FileOutcome } from '../../src/patch/on-tree.js';
import { patch } from '../../src/patch/write.js';
import { upstreamCommit } from '../../src/revision/upstream.js';
import { gitText } from '../../src/tree/git.js';
import { commitOn } from '../support/carried.js';
import { hasMirror, repositoryWith, treeAt, without } from '../support/mirrors.js';

/** vLLM's main in August 2026, and the release that its fixes are put onto. */
const MAIN = '017e9f4448b700e85ee16023287b025693c72b9e';
const RELEASE = 'v0.19.0';
const COUNT = 60;

interface Commit {
  readonly id: string;
  readonly title: string;
}

/** Bug fixes of main in a time, oldest first. */
async function bugfixes(dir: string, since: string, until: string): Promise<Commit[]> {
  const log = await gitText(dir, [
    'log',
    '--first-parent',
    '--reverse',
    '--format=%H %s',
    `--since=${since}`,
    `--until=${until}`,
    MAIN,
  ]);
  return log.split('\n').flatMap((line) => {
    const [id = '', title = ''] = [line.slice(0, 40), line.slice(41)];
    return title.includes('[Bugfix]') ? [{ id, title }] : [];
  });
}

/** So many of them, as far apart as may be. */
const spread = <T>(all: readonly T[], count: number): T[] =>
  Array.from({ length: Math.min(count, all.length) }, (_, at) => all[Math.floor((at * all.length) / count)]!);

type Answer = 'needed' | 'right' | 'conflict' | 'absent' | 'no code';

function answer(outcomes: readonly FileOutcome[]): Answer {
  const code = outcomes.filter(({ path, movedFrom }) => roleOf(movedFrom ?? path) === 'code');
  const states = new Set(code.map(({ state }) => state));
  if (code.length === 0) return 'no code';
  if (states.size === 1 && states.has('absent')) return 'absent';
  if (states.has('unknown') || states.has('absent')) return 'conflict';
  return states.has('wrong') ? 'needed' : 'right';
}

/** Where DGX_PATCH_CARRY_OUT names a folder, what was made is written there to be read. */
function keep(name: string, outcomes: readonly FileOutcome[]): void {
  const out = process.env.DGX_PATCH_CARRY_OUT;
  if (!out) return;
  mkdirSync(out, { recursive: true });
  const files = outcomes.flatMap(({ path, before, after }) =>
    after === undefined ? [] : [{ path, before, after }],
  );
  writeFileSync(join(out, name), patch(files), 'latin1');
}

describe.skipIf(!hasMirror('vllm'))(`bug fixes of 2026${without('vllm')}`, () => {
  it(`put onto ${RELEASE}`, async () => {
    const { dir, reader } = await repositoryWith('vllm', MAIN);
    reader.close();
    const tree = await treeAt('vllm', RELEASE);
    const date = await gitText(tree.dir, ['log', '-1', '--format=%cI', RELEASE]);
    const counts = new Map<string, number>();
    const lines: string[] = [];
    for (const { id, title } of spread(await bugfixes(dir, date, '2026-12-31'), COUNT)) {
      const outcomes = await commitOn(tree, id);
      const by = new Set(outcomes.filter(({ state }) => state === 'wrong').map((outcome) => outcome.by));
      const how = by.has('lineage') ? ' by lineage' : by.has('units') ? ' by units' : '';
      const said = `${answer(outcomes)}${answer(outcomes) === 'needed' ? how : ''}`;
      counts.set(said, (counts.get(said) ?? 0) + 1);
      const why = outcomes.find(({ state }) => state === 'unknown');
      lines.push(
        `${id.slice(0, 10)} ${said}: ${title}${said === 'conflict' && why ? ` — ${why.path}: ${why.note ?? why.places.find((place) => place.why)?.why}` : ''}`,
      );
      if (answer(outcomes) === 'needed') keep(`${id.slice(0, 10)}${how.replaceAll(' ', '-')}.diff`, outcomes);
    }
    tree.close();
    console.log([...[...counts].map(([said, count]) => `${count} ${said}`), ...lines].join('\n'));
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(COUNT);
  }, 3_600_000);

  it(`that ${RELEASE} has are never put there again`, async () => {
    const { dir, reader } = await repositoryWith('vllm', MAIN);
    reader.close();
    const tree = await treeAt('vllm', RELEASE);
    const fork = await gitText(dir, [
      'log',
      '-1',
      '--format=%cI',
      '--first-parent',
      '--before=2026-03-20',
      MAIN,
    ]);
    const counts = new Map<string, number>();
    const again: string[] = [];
    for (const { id, title } of spread(await bugfixes(dir, '2026-01-01', fork), COUNT)) {
      const outcomes = await commitOn(tree, id);
      const said = answer(outcomes);
      counts.set(said, (counts.get(said) ?? 0) + 1);
      if (said !== 'needed') continue;
      keep(`again-${id.slice(0, 10)}.diff`, outcomes);
      // The merge alone cannot tell what upstream took out again: the history does, and it is then drifted.
      const had = await upstreamCommit(tree, { references: [{ kind: 'commit', ref: id, note: title }] });
      if (!had) again.push(`${id} ${title}`);
    }
    tree.close();
    console.log([...[...counts].map(([said, count]) => `${count} ${said}`), ...again].join('\n'));
    expect(again).toEqual([]);
  }, 3_600_000);
});
