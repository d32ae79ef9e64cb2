import { textOf } from '../../../src/syntax/query.js';
import type { PythonLeaf } from './python-condition.js';

/** The value of `….is_device_capability(120)` and its relatives on a device. */
export function platformLeaf(capability: number): PythonLeaf {
  const tests: Record<string, (asked: number) => boolean> = {
    is_device_capability: (asked) => asked === capability,
    is_device_capability_family: (asked) => Math.floor(asked / 10) === Math.floor(capability / 10),
    has_device_capability: (asked) => capability >= asked,
  };
  return (node, text) => {
    const call = /\.\s*(\w+)\s*\(\s*([^()]*?|\(\s*\d+\s*,\s*\d+\s*\))\s*,?\s*\)$/.exec(textOf(node, text));
    if (node.type === 'attribute') {
      const part = /\bget_device_capability\s*\(\s*\)\s*\.\s*(major|minor)$/.exec(textOf(node, text))?.[1];
      if (part === undefined) return undefined;
      return part === 'major' ? Math.floor(capability / 10) : capability % 10;
    }
    if (node.type !== 'call' || !call) return undefined;
    const asked = Number(call[2]!.replace(/[()\s]/g, '').replace(',', ''));
    return Number.isNaN(asked) || !tests[call[1]!] ? undefined : Number(tests[call[1]!]!(asked));
  };
}
