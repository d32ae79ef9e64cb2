/** How much shared memory is the kernel launched with, on a device that has so much? */
import {
  ancestors,
  argumentsOf,
  baseName,
  calledName,
  children,
  type Document,
  descendants,
  field,
  lineStart,
  type Node,
  type Sizes,
  sizeOf,
  textOf,
} from '../../../src/api.js';
import type { Place, Said } from '../../_families/places.js';

/** Bytes of shared memory that a block can ask for: GB10's, and Hopper's. */
const GB10 = 101_376;
const HOPPER = 232_448;
/** What 16 stages take, and 4. */
export const MANY = 196_608;
const FEW = 49_152;

/** A function that launches the kernel with as many stages as it says. */
export interface Launch extends Place {
  readonly fn: Node;
  readonly name: Node;
  /** Bytes of dynamic shared memory. */
  readonly bytes: Node;
  /** The template parameter that is the number of stages. */
  readonly parameter: string | undefined;
}

export function launchesOf({ root, file: { text } }: Document): Launch[] {
  return descendants(root, 'function_definition').flatMap((fn): Launch[] => {
    const asks = descendants(fn, 'call_expression').filter(
      (call) =>
        calledName(call, text) === 'cudaFuncSetAttribute' &&
        /\bcudaFuncAttributeMaxDynamicSharedMemorySize\b/.test(textOf(call, text)),
    );
    const bytes = asks[0] && argumentsOf(asks[0]).at(-1);
    const name = field(field(fn, 'declarator'), 'declarator');
    if (!bytes || name?.type !== 'identifier') return [];
    const template = fn.parent?.type === 'template_declaration' ? field(fn.parent, 'parameters') : undefined;
    const parameter = template && descendants(template, 'identifier')[0];
    const marked = template ? fn.parent! : fn;
    return [{ node: name, marked, fn, name, bytes, parameter: parameter && textOf(parameter, text) }];
  });
}

/** Names that hold the memory of a block, in a file that asks for it; and the size of a number. */
function onDevice(memory: number, root: Node, text: string): Map<string, number> {
  const sizes = new Map([['sizeof(__nv_bfloat16)', 2]]);
  for (const call of descendants(root, 'call_expression')) {
    const [target, asked] = argumentsOf(call);
    if (!asked || !/MaxSharedMemoryPerBlockOptin$/.test(textOf(asked, text))) continue;
    sizes.set(textOf(target!, text).replace(/^&\s*/, ''), memory);
    const fn = [...ancestors(call)].find(({ type }) => type === 'function_definition');
    const name = field(field(fn, 'declarator'), 'declarator');
    if (name && descendants(fn!, 'call_expression').length < 4) sizes.set(`${textOf(name, text)}()`, memory);
  }
  return sizes;
}

/** Whether the conditions around a call hold. */
function isReached(call: Node, text: string, sizes: Sizes): boolean | undefined {
  let below = call;
  for (const at of ancestors(call)) {
    if (at.type === 'if_statement') {
      const holds = sizeOf(field(at, 'condition')!, text, sizes);
      if (holds === undefined) return undefined;
      if ((holds !== 0) !== (field(at, 'consequence')?.id === below.id)) return false;
    }
    below = at;
  }
  return true;
}

/** Bytes that a device of so much memory is asked for; undefined where that cannot be told. */
function askedFor({ name, bytes, parameter }: Launch, { root, file }: Document, memory: number) {
  const { text } = file;
  const sizes = onDevice(memory, root, text);
  const calls = descendants(root, 'call_expression').filter((call) => {
    const callee = field(call, 'function');
    return callee?.type === 'template_function' && baseName(callee, text) === textOf(name, text);
  });
  const reached = calls.map((call) => [call, isReached(call, text, sizes)] as const);
  if (reached.some(([, holds]) => holds === undefined)) return undefined;
  const [first, ...more] = reached.filter(([, holds]) => holds).map(([call]) => call);
  const stages = first && children(field(field(first, 'function'), 'arguments'))[0];
  const count = stages && more.length === 0 ? sizeOf(stages, text, sizes) : undefined;
  return count === undefined ? undefined : sizeOf(bytes, text, new Map([...sizes, [parameter!, count]]));
}

/** The constant that is the number of stages: with 4 of them the kernel asks for a quarter. */
export function stagesOf({ fn, bytes }: Launch, text: string): Node | undefined {
  const [only, ...more] = descendants(fn, 'init_declarator').filter((declared) => {
    const [name, value] = [field(declared, 'declarator')!, field(declared, 'value')!];
    const sizes = new Map([
      ['sizeof(__nv_bfloat16)', 2],
      [textOf(name, text), 4],
    ]);
    return textOf(value, text) === '16' && sizeOf(bytes, text, sizes) === FEW;
  });
  const declaration = only?.parent;
  const ownLine =
    declaration && /^\s*$/.test(text.slice(lineStart(text, declaration.startIndex), declaration.startIndex));
  return more.length === 0 &&
    ownLine &&
    children(declaration).filter(({ type }) => type === 'init_declarator').length === 1
    ? only
    : undefined;
}

/** Names of the launch's parameters, in order. */
export function argumentNames({ fn }: Launch, text: string): string[] {
  const given = children(field(field(fn, 'declarator'), 'parameters'));
  return given.map((parameter) => {
    const name = descendants(parameter, 'identifier').at(-1);
    return parameter.type === 'parameter_declaration' && name ? textOf(name, text) : '';
  });
}

export function stateOf(launch: Launch, document: Document): Said {
  const { text } = document.file;
  const { fn, bytes, parameter, name } = launch;
  if (parameter !== undefined) {
    const [here, hopper] = [GB10, HOPPER].map((memory) => askedFor(launch, document, memory));
    const what = `${here ?? 'nobody knows how many'} bytes on GB10`;
    // A constant of the parameter's name would be the number instead.
    const hidden = descendants(fn, 'init_declarator').some(
      (declared) => textOf(field(declared, 'declarator')!, text) === parameter,
    );
    const fits = !hidden && here !== undefined && here >= FEW && here <= GB10 && hopper === MANY;
    return [fits ? 'right' : 'unknown', what];
  }
  const all = sizeOf(bytes, text, new Map([['sizeof(__nv_bfloat16)', 2]]));
  const what = `${all ?? 'nobody knows how many'} bytes on every device`;
  const plain =
    textOf(field(fn, 'type')!, text) === 'void' &&
    lineStart(text, fn.startIndex) === fn.startIndex &&
    !argumentNames(launch, text).includes('') &&
    !new RegExp(`\\b${textOf(name, text)}_of\\b`).test(text) &&
    // Else a part of this very edit is in.
    !/_of$/.test(textOf(name, text));
  return [all === MANY && plain && stagesOf(launch, text) ? 'wrong' : 'unknown', what];
}
