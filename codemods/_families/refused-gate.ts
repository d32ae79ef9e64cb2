import {
  children,
  type Document,
  descendants,
  field,
  functionsNamed,
  holding,
  holds,
  type Known,
  type Meaning,
  type Node,
  onPlatform,
  PythonRun,
  parseAll,
  type Refusal,
  textOf,
} from '../../src/api.js';
import { capabilityOf } from './arch.js';
import { admitted } from './gate.js';

/** An edit that is harmful because of what a function then says of GB10. */
export interface RefusedGate extends Omit<Refusal, 'detect'> {
  readonly paths: RegExp;
  readonly content: RegExp;
  /** The function that is evaluated. */
  readonly gate: string | RegExp;
  /** Whether what it says of 12.0 and 12.1 is the harm. Undefined: it cannot be read. */
  readonly harm: (on120: boolean | undefined, on121: boolean | undefined) => boolean;
}

/** What names mean on a device that has what is asked for: its checks, torch's capability, and one given by name. */
const meaningOn =
  (capability: number): Meaning =>
  (node, text, value): Known => {
    const part = /\bcapability\s*\.\s*(major|minor)$/.exec(textOf(node, text))?.[1];
    if (node.type === 'attribute' && part)
      return part === 'major' ? Math.floor(capability / 10) : capability % 10;
    if (node.type === 'identifier' && /_AVAILABLE$/.test(textOf(node, text))) return true;
    const asked = capabilityOf(capability)(node, text, value);
    return asked === undefined ? onPlatform(capability)(node, text, value) : asked;
  };

/** What a function answers on a device: its value, or the first of a tuple. */
export function answerOn(fn: Node, text: string, capability: number): boolean | undefined {
  const result = new PythonRun(text, meaningOn(capability)).result(field(fn, 'body'));
  if (result !== undefined) return holds(Array.isArray(result) ? result[0] : result);
  const [only, ...more] = descendants(fn, 'return_statement').map((found) => children(found)[0]);
  const said = only && more.length === 0 ? admitted(only, text, meaningOn) : undefined;
  return said && (said as readonly number[]).includes(capability);
}

/** A refusal that evaluates a gate. */
export function refusedGate({ paths, content, gate, harm, ...refusal }: RefusedGate): Refusal {
  const tracesIn = ({ root, file: { path, text } }: Document) =>
    functionsNamed(root, gate, text)
      .filter((fn) => harm(answerOn(fn, text, 120), answerOn(fn, text, 121)))
      .map(({ startIndex }) => ({ path, offset: startIndex }));
  return {
    ...refusal,
    // A gate of the same name elsewhere is another backend's: nothing but these paths is looked into.
    detect: async (context) => {
      const files = await holding(context.tree, paths, content);
      return (await parseAll(context, files, 'python')).flatMap(tracesIn);
    },
  };
}

/** The harm of a gate that must stay closed on GB10. */
export const opened = (_on120: boolean | undefined, on121: boolean | undefined): boolean => on121 === true;
