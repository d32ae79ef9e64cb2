import { terminal } from '../source/media.js';
import type { Retirable } from '../upkeep/retire.js';
import { fold } from './text.js';

/** Fixes that can go, each with what made it superfluous. */
export function retireText(found: readonly Retirable[]): string {
  if (found.length === 0) return 'every fix is still needed by a pin in use\n';
  const lines = found.flatMap(({ id, verdicts, because, rule }) => {
    const words = [...new Set(Object.values(verdicts))].join(', ');
    return [
      `${id}: ${words} at ${Object.keys(verdicts).length} ${Object.keys(verdicts).length === 1 ? 'pin' : 'pins'}`,
      because
        ? `    ${because.commit.slice(0, 12)}  ${because.date}  ${terminal(because.subject)}`
        : '    the upstream commit is not known',
      ...fold(`when it can retire: ${rule}`, 94).map((line) => `    ${line}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}
