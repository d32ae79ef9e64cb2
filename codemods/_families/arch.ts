import { calleeName, field, type Known, type Meaning, type Node, PythonRun } from '../../src/api.js';

/** `torch.cuda.get_device_capability(…)` and its like on a device of a capability. */
export const capabilityOf =
  (capability: number): Meaning =>
  (node, text) => {
    const name = node.type === 'call' ? calleeName(node, text) : '';
    return /^get_(?:device|compute)_capability$/.test(name)
      ? [Math.floor(capability / 10), capability % 10]
      : undefined;
  };

/**
 * The value of a call's argument on a device, when the run of its function comes to the call. Undefined where
 * it does not, or where the value cannot be told.
 */
export function argumentOn(
  call: Node,
  argument: Node,
  fn: Node | undefined,
  text: string,
  capability: number,
): Known {
  let seen: Known;
  const meaning: Meaning = (node, own, value) => {
    if (node.id !== call.id) return capabilityOf(capability)(node, own, value);
    seen = value(argument);
    return seen;
  };
  const run = new PythonRun(text, meaning);
  if (fn) run.run(field(fn, 'body'));
  return seen ?? run.value(argument);
}
