import type { Difference } from '../upkeep/snapshot.js';
import { fold } from './text.js';

/** One pin's differences, a line each with the reason below; one word where there is none. */
export function differencesText(key: string, differences: readonly Difference[]): string {
  if (differences.length === 0) return `${key}: as expected\n`;
  const lines = differences.flatMap(({ what, was, is, why }) => [
    `  ${what}: ${was} → ${is}`,
    ...(why ? fold(why, 94).map((line) => `      ${line}`) : []),
  ]);
  return `${key}: ${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}\n${lines.join('\n')}\n`;
}
