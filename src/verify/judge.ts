import type { Outcome } from '../codemod/types.js';
import { judgeTree } from '../judge/judge.js';
import { type Check, NotRun, type Rung } from './rung.js';

const RIGHT = new Set(['applied', 'upstreamed', 'not-applicable']);

function checkOf({ codemod, verdict, reason, sites }: Outcome): Check {
  const state = RIGHT.has(verdict) ? 'passed' : 'failed';
  const wrong = sites.find((site) => site.state === 'wrong' || site.state === 'unknown');
  const where = state === 'failed' && wrong ? ` (${wrong.path}:${wrong.line}, ${wrong.what})` : '';
  return {
    what: codemod.id,
    state,
    detail: `${verdict}: ${reason}${where}`,
    facts: { verdict, sites: sites.length },
  };
}

/** Every fix is judged on the tree as it is, fixes included: all sites must be right. */
export const judge: Rung = async ({ tree, codemods, build, options }) => {
  if (codemods.length === 0) return new NotRun('no fix was asked for');
  return (await judgeTree(tree, codemods, build, options)).map(checkOf);
};
