/** Gates in Python that say whether a device is supported: which of them admit GB10, by what they return there. */
import {
  ancestor,
  children,
  descendants,
  field,
  holds,
  type Meaning,
  type Node,
  onDevice,
  pythonValue,
  textOf,
} from '../../../src/api.js';

const GB10 = 121;

/** `capability.major` and `.minor` of a parameter; `x >= DeviceCapability(9, 0)` is left unread. */
const ofParameter =
  (names: ReadonlySet<string>): Meaning =>
  (node, text) => {
    if (node.type !== 'attribute' || !names.has(textOf(field(node, 'object')!, text))) return undefined;
    const part = textOf(field(node, 'attribute')!, text);
    if (part === 'major') return Math.floor(GB10 / 10);
    return part === 'minor' ? GB10 % 10 : undefined;
  };

/** The function's own `return`s, without those of functions in it. */
const returnsOf = (fn: Node): Node[] =>
  descendants(fn, 'return_statement').filter((node) => ancestor(node, 'function_definition')?.id === fn.id);

/**
 * True where some `return` of a gate gives true on GB10, as far as it can be read: what is about something else
 * than the device is taken to hold. A gate that simply says yes to every device is not one that somebody opened.
 */
export function admitsGB10(fn: Node, text: string): boolean {
  const parameters = field(fn, 'parameters');
  const names = new Set(
    (parameters ? descendants(parameters, 'identifier') : []).map((node) => textOf(node, text)),
  );
  const device = onDevice(GB10);
  const own = ofParameter(names);
  const meaning: Meaning = (node, at, value) => own(node, at, value) ?? device(node, at, value);
  return returnsOf(fn).some((node) => {
    const value = children(node)[0];
    return value !== undefined && value.type !== 'true' && holds(pythonValue(value, text, meaning)) === true;
  });
}
