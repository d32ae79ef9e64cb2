import type { Known, Value } from '../value.js';

/** Methods of `str` that arch lists and names are taken apart with. */
export function methodOf(name: string, object: string, [argument]: readonly Value[]): Known {
  const ends = (Array.isArray(argument) ? argument : [argument]).map(String);
  switch (name) {
    case 'split':
      return argument === undefined ? object.trim().split(/\s+/) : object.split(String(argument));
    case 'strip':
      return object.trim();
    case 'isdigit':
      return /^\d+$/.test(object);
    case 'isalpha':
      return /^[A-Za-z]+$/.test(object);
    case 'startswith':
      return ends.some((start) => object.startsWith(start));
    case 'endswith':
      return ends.some((end) => object.endsWith(end));
    case 'lower':
      return object.toLowerCase();
    default:
      return undefined;
  }
}
