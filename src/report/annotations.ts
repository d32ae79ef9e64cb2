import type { Judged } from '../judge/review.js';
import { workflowData as data, workflowProperty as property } from '../source/media.js';
import { findingsOf } from './findings.js';
import type { PinPlace } from './sarif.js';

/** SARIF's levels in the words of workflow commands. */
const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/**
 * GitHub workflow commands: an error, a warning or a notice for each finding, at the line of the pins file that names
 * the target. The place upstream is in the message: it is not in the repository.
 */
export function annotations(all: readonly Judged[], pinOf: (judged: Judged) => PinPlace | undefined): string {
  return all
    .flatMap((judged) => {
      const pin = pinOf(judged);
      const { project, revision } = judged.target;
      const findings = findingsOf(judged);
      return findings.map(({ rule, level, kind, message, places: [site] }) => {
        const place = pin ? `file=${property(pin.path)},line=${pin.line},` : '';
        const where = site ? `\n${site.path}:${site.line}: ${site.what}` : '';
        const title = property(`${project}@${revision}: ${rule.id} ${kind}`);
        return `::${COMMANDS[level]} ${place}title=${title}::${data(`${message}${where}`)}\n`;
      });
    })
    .join('');
}
