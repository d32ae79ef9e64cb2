import type { Judged } from '../judge/review.js';
import type { PinPlace } from './sarif.js';

/** The line of a pins file's text that names a target's commit. */
export function pinPlaceIn(path: string, text: string): (judged: Judged) => PinPlace | undefined {
  const lines = text.split('\n');
  return ({ target }) => {
    const line = lines.findIndex((one) => one.includes(`"${target.commit}"`));
    return line < 0 ? undefined : { path, line: line + 1 };
  };
}
