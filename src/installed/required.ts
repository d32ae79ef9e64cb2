import type { Outcome } from '../codemod/types.js';
import { type InstalledFixes, toApply } from './opened.js';

const RIGHT: ReadonlySet<string> = new Set(['applied', 'upstreamed', 'not-applicable']);

/** Ids of fixes that are in place, or not needed, once those that can be applied are. */
export function rightIds(fixes: InstalledFixes): string[] {
  const isRight = ({ verdict }: Outcome) => RIGHT.has(verdict);
  const applied = toApply(fixes).filter(({ verdict }) => verdict === 'needed');
  const right = [...fixes.here, ...fixes.compiled].filter(isRight);
  return [...applied, ...right].map(({ codemod }) => codemod.id);
}

/** Of the fixes that must be there, those that are not: each with why. */
export function missing(
  required: readonly string[],
  right: ReadonlySet<string>,
  fixes: InstalledFixes,
): string[] {
  const { here, compiled, unseen, target } = fixes;
  return required
    .filter((id) => !right.has(id))
    .map((id) => {
      const of = (outcomes: readonly Outcome[]) => outcomes.find(({ codemod }) => codemod.id === id);
      const own = of(here);
      if (own) return `${id}: ${own.verdict}: ${own.reason}`;
      if (of(compiled)) return `${id}: it needs a build from source`;
      if (unseen.some((codemod) => codemod.id === id))
        return `${id}: it needs the source of ${target.revision}`;
      return `${id}: it was left out by --only or --skip, or is of another project`;
    });
}
