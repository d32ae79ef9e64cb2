import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roleOf } from '../../src/patch/language.js';
import type { FileOutcome } from '../../src/patch/on-tree.js';
import { commitOn } from '../support/carried.js';
import { hasMirror, treeAt, without } from '../support/mirrors.js';

/** A backport that vLLM's maintainers made. */
interface Backport {
  readonly source: string;
  readonly onto: string;
  readonly result: string;
  readonly title: string;
  /** What git's cherry-pick makes of it. */
  readonly git: 'equal' | 'conflict';
}

const TABLE = process.env.DGX_PATCH_BACKPORTS ?? '';
const missing = existsSync(TABLE) ? '' : ' (skipped: DGX_PATCH_BACKPORTS names no table of backports)';

type Answer = 'equal' | 'different' | 'conflict';

/** The tree's code files as the merge leaves them, against the maintainers'. */
async function compare(outcomes: readonly FileOutcome[], result: string): Promise<Answer> {
  const tree = await treeAt('vllm', result);
  try {
    const code = outcomes.filter(({ path, movedFrom }) => roleOf(movedFrom ?? path) === 'code');
    if (code.some(({ state }) => state === 'unknown' || state === 'absent')) return 'conflict';
    for (const { path, before, after } of code) {
      if ((await tree.read(path))?.text !== (after ?? before)) return 'different';
    }
    return 'equal';
  } finally {
    tree.close();
  }
}

async function carry({
  source,
  onto,
  result,
}: Backport): Promise<{ answer: Answer; outcomes: readonly FileOutcome[] }> {
  const tree = await treeAt('vllm', onto);
  try {
    const outcomes = await commitOn(tree, source);
    return { answer: await compare(outcomes, result), outcomes };
  } finally {
    tree.close();
  }
}

/** What is in the way, in a line a file. */
function obstacles(outcomes: readonly FileOutcome[]): string[] {
  return outcomes
    .filter(({ state }) => state === 'unknown' || state === 'absent')
    .map(({ path, note, places }) => `    ${path}: ${note ?? places.find(({ why }) => why)?.why}`);
}

describe.skipIf(missing !== '' || !hasMirror('vllm'))(`carried backports${missing}${without('vllm')}`, () => {
  const table: Backport[] = missing === '' ? JSON.parse(readFileSync(TABLE, 'utf8')) : [];

  it('equals git where git is exact, solves half of the conflicts as the maintainers did, and is wrong in none', async () => {
    const counts = new Map<string, number>();
    const lines: string[] = [];
    const wrong: string[] = [];
    for (const backport of table) {
      const { answer, outcomes } = await carry(backport);
      const kind = `git ${backport.git}, ours ${answer}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (answer === 'different') wrong.push(backport.source);
      if (backport.git === 'equal' && answer === 'equal') continue;
      const by = [...new Set(outcomes.map((outcome) => outcome.by))].filter((name) => name !== 'lines');
      lines.push(`${backport.source.slice(0, 10)} ${kind} (${by.join(', ') || 'lines'}): ${backport.title}`);
      if (answer !== 'equal') lines.push(...obstacles(outcomes));
    }
    console.log([...[...counts].map(([kind, count]) => `${count} ${kind}`), ...lines].join('\n'));
    expect(wrong).toEqual([]);
    const of = (git: Backport['git']) => table.filter((backport) => backport.git === git).length;
    expect(counts.get('git equal, ours equal')).toBe(of('equal'));
    expect(counts.get('git conflict, ours equal') ?? 0).toBeGreaterThanOrEqual(of('conflict') / 2);
  }, 3_600_000);
});
