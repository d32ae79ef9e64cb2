import type { Node } from '../../../src/syntax/document.js';
import { calleeName, callsOf, positional } from '../../../src/syntax/python.js';
import { field, textOf } from '../../../src/syntax/query.js';
import type { PythonLeaf } from './python-condition.js';

/** vLLM's questions about the device: exactly, at least, and of one family. */
const CHECKS: Record<string, (device: number, asked: number) => boolean> = {
  is_device_capability: (device, asked) => device === asked,
  has_device_capability: (device, asked) => device >= asked,
  is_device_capability_family: (device, asked) => Math.floor(device / 10) === Math.floor(asked / 10),
};

/** The capability that a check asks for: `100`, or `(10, 0)`. */
export function askedFor(call: Node, text: string): number | undefined {
  const [first] = positional(field(call, 'arguments'));
  if (first?.type === 'integer') return Number(textOf(first, text));
  if (first?.type !== 'tuple') return undefined;
  const [major, minor] = positional(first).map((part) => Number(textOf(part, text)));
  return major === undefined || minor === undefined ? undefined : major * 10 + minor;
}

/** All checks of a capability below a node. */
export function capabilityChecks(node: Node, text: string): Node[] {
  return Object.keys(CHECKS)
    .flatMap((name) => callsOf(node, name, text))
    .sort((a, b) => a.startIndex - b.startIndex);
}

/**
 * The value of a leaf on a device of a capability (`major * 10 + minor`), in a build that has everything else
 * that is asked for. Undefined for a check that cannot be read.
 */
export function onDevice(capability: number): PythonLeaf {
  return (node, text) => {
    if (node.type === 'false' || node.type === 'none') return 0;
    const check = node.type === 'call' ? CHECKS[calleeName(node, text)] : undefined;
    if (!check) return 1;
    const asked = askedFor(node, text);
    return asked === undefined ? undefined : Number(check(capability, asked));
  };
}
