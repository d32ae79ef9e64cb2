/** What Python code asks of the device, by value: vLLM's platform checks. */
import type { Node } from '../../syntax/document.js';
import { calleeName, callsOf, positional } from '../../syntax/python.js';
import { field, textOf } from '../../syntax/query.js';
import { type Meaning, pythonValue } from './expression.js';

/** What a check says on a device: is it exactly this one, of this family, or at least this one? */
const CHECKS: Record<string, (device: number, asked: number) => boolean> = {
  is_device_capability: (device, asked) => device === asked,
  is_device_capability_family: (device, asked) => Math.floor(device / 10) === Math.floor(asked / 10),
  has_device_capability: (device, asked) => device >= asked,
};

/** The capability that a check asks for, `100` or `(10, 0)`, as major * 10 + minor. */
export function askedFor(call: Node, text: string): number | undefined {
  const [first] = positional(field(call, 'arguments'));
  const asked = first && pythonValue(first, text, () => undefined);
  if (typeof asked === 'number') return asked;
  const [major, minor] = Array.isArray(asked) ? asked : [];
  return typeof major === 'number' && typeof minor === 'number' ? major * 10 + minor : undefined;
}

/** All checks of a capability below a node, in source order. */
export function capabilityChecks(node: Node, text: string): Node[] {
  return Object.keys(CHECKS)
    .flatMap((name) => callsOf(node, name, text))
    .sort((a, b) => a.startIndex - b.startIndex);
}

/** `get_device_capability().major` and `.minor`. */
function partOf(node: Node, text: string): 'major' | 'minor' | undefined {
  const object = field(node, 'object');
  if (object?.type !== 'call' || calleeName(object, text) !== 'get_device_capability') return undefined;
  const part = textOf(field(node, 'attribute')!, text);
  return part === 'major' || part === 'minor' ? part : undefined;
}

/** The value of `….is_device_capability(120)` and its relatives on a device; undefined for all else. */
export function onPlatform(capability: number): Meaning {
  return (node, text) => {
    if (node.type === 'attribute') {
      const part = partOf(node, text);
      if (part === undefined) return undefined;
      return part === 'major' ? Math.floor(capability / 10) : capability % 10;
    }
    const check = node.type === 'call' ? CHECKS[calleeName(node, text)] : undefined;
    const asked = check && askedFor(node, text);
    return asked === undefined ? undefined : check!(capability, asked);
  };
}

/** The same, in a build that has everything else that is asked for. Undefined for a check that cannot be read. */
export function onDevice(capability: number): Meaning {
  const platform = onPlatform(capability);
  return (node, text, value) => {
    const known = platform(node, text, value);
    if (known !== undefined) return known;
    return node.type === 'call' && calleeName(node, text) in CHECKS ? undefined : true;
  };
}
