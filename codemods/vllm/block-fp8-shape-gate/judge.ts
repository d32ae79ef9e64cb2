/** Which kernel a block FP8 weight is given to, in the three places where that was decided. */
import {
  ancestor,
  assignmentsTo,
  calleeName,
  callsOf,
  classes,
  type Document,
  field,
  holds,
  type Known,
  type Meaning,
  methods,
  moduleFunctions,
  type Node,
  nameOf,
  onPlatform,
  PythonRun,
  parameters,
  positional,
  textOf,
} from '../../../src/api.js';
import type { Place, Said } from '../../_families/places.js';

export type Age = 'function' | 'method' | 'class';

export interface ChoicePlace extends Place {
  readonly age: Age;
  readonly fn: Node;
}

const placesOf = (age: Age, fns: readonly Node[]): ChoicePlace[] =>
  fns.map((fn) => ({ age, fn, node: fn, marked: fn }));

/** By what they do, whatever they are called: the choice among kernels, the call of CUTLASS, and what it takes. */
export function find({ root, file: { text } }: Document): ChoicePlace[] {
  const asks = (fn: Node, ...names: string[]): boolean =>
    names.some((name) => callsOf(fn, name, text).length > 0);
  const takes = (fn: Node, ...names: string[]): boolean => {
    const given = parameters(fn, text);
    return names.every((name) => given.includes(name));
  };
  const functions = moduleFunctions(root, /./, text).filter(
    (fn) => takes(fn, 'cutlass_block_fp8_supported', 'weight') && asks(fn, 'dispatch_w8a8_blockscale_func'),
  );
  const own = classes(root).map((cls) => methods(cls));
  const runs = (fn: Node): boolean =>
    takes(fn, 'weight', 'weight_scale') && asks(fn, 'cutlass_scaled_mm', 'padded_cutlass');
  const blocks = own.filter((all) =>
    all.some((fn) => nameOf(fn, text) === 'apply_block_scaled_mm' && asks(fn, 'cutlass_scaled_mm')),
  );
  return [
    ...placesOf('function', functions),
    ...placesOf('method', own.flat().filter(runs)),
    ...placesOf(
      'class',
      blocks.flat().filter((fn) => nameOf(fn, text) === 'can_implement'),
    ),
  ];
}

/** A weight of n rows and k columns, on a device. */
interface Question {
  readonly capability: number;
  readonly n: number;
  readonly k: number;
}

const CUTLASS = 'cutlass';
const TRITON = 'triton';
/** The weight as it was handed over: another in its place may have been padded. */
const WEIGHT = 'weight';

/** What names and calls mean for a weight in blocks of 128x128, with DeepGEMM and AITER out of the way. */
function meaningOf({ capability, n, k }: Question, cls: Node | undefined, reached: Known[]): Meaning {
  const calls: Readonly<Record<string, (args: readonly Known[]) => Known>> = {
    can_implement: () => [true, null],
    GroupShape: (args) => args.every((arg) => typeof arg === 'number') && (args as number[]),
    cdiv: ([a, b]) => Math.ceil(Number(a) / Number(b)),
    is_cuda: () => true,
    cutlass_scaled_mm: ([, weight]) => (weight === WEIGHT ? CUTLASS : undefined),
    padded_cutlass: ([, weight]) => (weight === WEIGHT ? CUTLASS : undefined),
    _run_triton: () => TRITON,
    dispatch_w8a8_blockscale_func: ([cutlass]) => {
      reached.push(cutlass);
      return undefined;
    },
  };
  return (node, text, value) => {
    const spelled = textOf(node, text).replace(/\s+/g, '');
    if (node.type === 'attribute') {
      if (/(?:^|\.)weight[._]shape$/.test(spelled)) return [n, k];
      if (/^weight_scale\.shape$/.test(spelled)) return [Math.ceil(n / 128), Math.ceil(k / 128)];
      if (/\.group_shape$/.test(spelled)) return [1, 128];
      const given = cls && /^self\.\w+$/.test(spelled) ? assignmentsTo(cls, spelled, text) : [];
      const right = given.length === 1 ? field(given[0], 'right') : undefined;
      if (right) return value(right);
    }
    // Rows that were padded are cut off again.
    if (node.type === 'subscript') {
      const whole = value(field(node, 'value')!);
      if (whole === CUTLASS || whole === TRITON) return whole;
    }
    const name = node.type === 'call' ? calleeName(node, text) : '';
    if (/^should_use_(?:deepgemm|flashinfer)/.test(name)) return false;
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call) return call(positional(field(node, 'arguments')).map(value));
    return onPlatform(capability)(node, text, value);
  };
}

/** Whether CUTLASS gets the weight; undefined where that cannot be told. */
function takes({ age, fn }: ChoicePlace, text: string, question: Question): boolean | undefined {
  const reached: Known[] = [];
  const given = new Map<string, Known>([
    ['cutlass_block_fp8_supported', true],
    ['use_aiter_and_is_supported', false],
    ['weight', WEIGHT],
  ]);
  const meaning = meaningOf(question, ancestor(fn, 'class_definition'), reached);
  const result = new PythonRun(text, meaning, given).result(field(fn, 'body'));
  if (age === 'function') return reached.length === 1 ? holds(reached[0]) : undefined;
  if (age === 'class') return holds(Array.isArray(result) ? result[0] : result);
  return result === CUTLASS || result === TRITON ? result === CUTLASS : undefined;
}

const WHOLE = { n: 256, k: 512 };
/** Weights that CUTLASS's SM120 kernel refuses: kv_a_proj of DeepSeek, and a narrow gate. */
const PARTS = [
  { ...WHOLE, n: 576 },
  { ...WHOLE, n: 16 },
];

/** Upstream's, on Hopper alone: they pad the rows of the input. */
const PADDED = /\b(?:dynamic_)?padded_cutlass\b/g;

/** True where code beside the choice changes or pads a weight, or asks for its shape: another cure than the choice's. */
function curedBeside({ age, fn }: ChoicePlace, text: string): boolean {
  const cls = age === 'function' ? undefined : ancestor(fn, 'class_definition');
  return methods(cls ?? fn).some(
    (other) =>
      other.id !== fn.id &&
      nameOf(other, text) !== '__init__' &&
      /process_weights_after_loading|pad|%\s*128\b|\bshape\[(?:0|-2)\]\s*[%&]/i.test(
        textOf(other, text).replace(PADDED, ''),
      ),
  );
}

export function judge(place: ChoicePlace, { file: { text } }: Document, ours: boolean): Said {
  const on = (capability: number, weight: typeof WHOLE) => takes(place, text, { capability, ...weight });
  const whole = [120, 121].map((capability) => on(capability, WHOLE));
  const parts = [120, 121].flatMap((capability) => PARTS.map((weight) => on(capability, weight)));
  const others = PARTS.map((weight) => on(100, weight));
  if (whole.includes(undefined) || parts.includes(undefined)) {
    return ['unknown', 'who gets a block FP8 weight cannot be read'];
  }
  if (!whole.every(Boolean)) return ['unknown', 'CUTLASS gets no block FP8 weight on SM12x'];
  if (ours && !others.every(Boolean)) return ['unknown', 'our own edit, changed since'];
  if (!parts.some(Boolean)) return ['right', 'on SM12x CUTLASS gets whole blocks alone'];
  if (!parts.every(Boolean) || !others.every(Boolean) || curedBeside(place, text)) {
    return ['unknown', 'CUTLASS gets some block FP8 weights of part blocks on SM12x'];
  }
  return ['wrong', 'CUTLASS gets block FP8 weights of every shape'];
}
