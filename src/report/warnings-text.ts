import type { Warning } from '../codemod/refusal.js';
import { fold, painter } from './text.js';

/** Harmful edits that a tree carries, each with its place and what to do instead; nothing where there are none. */
export function warningLines(warnings: readonly Warning[], colour: boolean): string[] {
  const paint = painter(colour);
  return warnings.flatMap(({ refusal: { id, title, instead }, traces }) => {
    const { path, line } = traces[0]!;
    const more = traces.length > 1 ? ` and ${traces.length - 1} more` : '';
    return [
      paint.refused(`warning: harmful, and in the tree already, ${id}: ${title}`),
      ...fold(`${path}:${line}${more}. Instead: ${instead}`, 96).map((row) => `    ${row}`),
    ];
  });
}
