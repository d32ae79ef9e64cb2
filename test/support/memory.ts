import { defineCodemod } from '../../src/codemod/define.js';
import { plan } from '../../src/codemod/plan.js';
import type { Codemod, Plan, Site } from '../../src/codemod/types.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import type { Edit } from '../../src/source/edits.js';
import type { SourceTree } from '../../src/source/tree.js';

/** A source tree of texts that a test wrote. */
export class MemoryTree implements SourceTree {
  constructor(readonly files: Readonly<Record<string, string>>) {}

  async read(path: string) {
    const text = this.files[path];
    return text === undefined ? undefined : { path, text };
  }

  async paths() {
    return Object.keys(this.files).sort();
  }
}

export const BUILD = { cuda: '13.0', arch: '12.1a' } as const;

/** A codemod that a test needs only a judge and a rewrite of. */
export function codemodOf(id: string, parts: Pick<Codemod<Site>, 'judge' | 'rewrite'>): Codemod {
  return defineCodemod<Site>({
    id,
    project: 'vllm',
    title: id,
    why: 'a test',
    references: [],
    retire: 'never',
    ...parts,
  });
}

/** Every `from` in the tree's one file is wrong, every `to` is right; the rewrite replaces one by the other. */
export function replacing(id: string, path: string, from: string, to: string): Codemod {
  return codemodOf(id, {
    async judge({ tree }) {
      const text = (await tree.read(path))?.text ?? '';
      const found = (word: string, state: Site['state']): Site[] =>
        [...text.matchAll(new RegExp(word, 'g'))].map((match) => ({
          file: { path, text },
          offset: match.index,
          state,
          what: word,
        }));
      return {
        sites: [...found(from, 'wrong'), ...found(to, 'ours')],
        absent: 'no such word',
        reason: { wrong: `${from} is not ${to}`, right: `${from} is ${to}` },
      };
    },
    rewrite: (sites) =>
      sites.map(({ offset }): Edit => ({ path, start: offset, end: offset + from.length, text: to })),
  });
}

export async function planOf(codemods: readonly Codemod[], tree: SourceTree): Promise<Plan> {
  const workbench = new TreeWorkbench(tree, BUILD);
  try {
    return await plan(codemods, workbench);
  } finally {
    workbench.dispose();
  }
}
