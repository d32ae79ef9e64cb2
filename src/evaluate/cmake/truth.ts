import { leadingReal } from './number.js';

const ON = /^(?:1|on|yes|true|y)$/i;
const OFF = /^(?:|0|off|no|false|n|ignore)$/i;

export const isOn = (text: string): boolean => ON.test(text);

export const isNotFound = (text: string): boolean => text === 'NOTFOUND' || text.endsWith('-NOTFOUND');

/** A variable without a value is off. */
export const isOff = (text: string | undefined): boolean =>
  text === undefined || OFF.test(text) || isNotFound(text);

/** What a constant or a number says by itself; undefined where it must be the name of a variable. */
export function constantTruth(text: string): boolean | undefined {
  if (isOn(text)) return true;
  if (isOff(text)) return false;
  const number = leadingReal(text);
  if (number?.end !== text.length) return undefined;
  return number.value !== 0;
}
