import { BLOCKING } from '../codemod/verdict.js';
import type { Judged } from './document.js';
import type { PinPlace } from './sarif.js';

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/**
 * GitHub workflow commands: an error for each fix that is drifted, conflicting or refused, at the line of
 * the pins file that names the target. The place upstream is in the message: it is not in the repository.
 */
export function annotations(all: readonly Judged[], pinOf: (judged: Judged) => PinPlace | undefined): string {
  return all
    .flatMap((judged) => {
      const pin = pinOf(judged);
      const { project, revision } = judged.target;
      return judged.outcomes
        .filter(({ verdict }) => BLOCKING.has(verdict))
        .map(({ codemod, verdict, reason, sites }) => {
          const place = pin ? `file=${property(pin.path)},line=${pin.line},` : '';
          const site = sites.find(({ state }) => state === 'unknown') ?? sites[0];
          const where = site ? `\n${site.path}:${site.line}: ${site.what}` : '';
          const title = property(`${project}@${revision}: ${codemod.id} ${verdict}`);
          return `::error ${place}title=${title}::${data(`${reason}${where}`)}\n`;
        });
    })
    .join('');
}
