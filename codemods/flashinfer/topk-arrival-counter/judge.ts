/** Which CTA may reset the counter that the others wait on? */
import {
  ancestor,
  ancestors,
  argumentsOf,
  bare,
  calledName,
  type Document,
  descendants,
  field,
  lineStart,
  type Node,
  operatorOf,
  textOf,
} from '../../../src/api.js';
import type { Place, Said } from '../../_families/places.js';

/** The name that we give to whether this CTA is the last one. */
export const LAST = 'dgx_patch_is_last';

/** A store of 0 to an arrival counter, and the `if`s around it. */
export interface Store extends Place {
  /** The counter's address, as an expression. */
  readonly counter: string;
  /** Conditions around the store, innermost first. */
  readonly conditions: readonly Node[];
  readonly fn: Node;
  /** The condition `rank == 0`, where it decides. */
  readonly leader?: Node;
  /** True where what tells the last CTA is there already, and is not asked. */
  readonly told?: boolean;
  /** Names: how many CTAs a group has, phases that all of them passed, the thread. */
  readonly group: string;
  readonly phase: string;
  readonly thread: string;
}

/** The name in `name == 0`. */
function zeroTest(condition: Node, text: string): string | undefined {
  const at = bare(condition);
  if (at?.type !== 'binary_expression' || operatorOf(at, text) !== '==') return undefined;
  const sides = [field(at, 'left')!, field(at, 'right')!];
  const name = sides.find(({ type }) => type === 'identifier');
  const zero = sides.some((side) => textOf(side, text) === '0');
  return name && zero ? textOf(name, text) : undefined;
}

/** What a function gives a name, at its declaration and later. */
function valuesOf(fn: Node, name: string, text: string): Node[] {
  const declared = descendants(fn, 'init_declarator')
    .filter((node) => textOf(field(node, 'declarator')!, text) === name)
    .map((node) => field(node, 'value')!);
  const assigned = descendants(fn, 'assignment_expression')
    .filter((node) => textOf(field(node, 'left')!, text) === name)
    .map((node) => field(node, 'right')!);
  return [...declared, ...assigned];
}

/** The group's size, where a name is the rank of a CTA within its group: `id % size`. */
function groupOf(fn: Node, rank: string, text: string): string | undefined {
  const [value, ...more] = valuesOf(fn, rank, text).map((node) => bare(node));
  if (value?.type !== 'binary_expression' || more.length > 0 || operatorOf(value, text) !== '%')
    return undefined;
  const size = field(value, 'right')!;
  return size.type === 'identifier' ? textOf(size, text) : undefined;
}

/** True where a name says that this CTA was the last to add itself to the counter. */
function isLast(fn: Node, name: string, text: string, store: Node): boolean {
  return valuesOf(fn, name, text).some((value) => {
    // Each CTA that comes to the store counts itself out, by one of its threads.
    const around = new Set([...ancestors(store)].map(({ id }) => id));
    const own = [...ancestors(value)].filter(({ type, id }) => type === 'if_statement' && !around.has(id));
    if (!own.every((node) => zeroTest(field(node, 'condition')!, text) !== undefined)) return false;
    const at = bare(value);
    if (at?.type !== 'binary_expression' || operatorOf(at, text) !== '==') return false;
    const adds = descendants(at, 'call_expression').filter((call) => /add/i.test(calledName(call, text)));
    return adds.some((call) => /\barrival_counter$/.test(textOf(argumentsOf(call)[0] ?? call, text)));
  });
}

/** Names of the phases that a kernel counts from 0. */
function phasesOf(fn: Node, text: string): string[] {
  return descendants(fn, 'init_declarator')
    .filter((node) => /phase/.test(textOf(field(node, 'declarator')!, text)))
    .filter((node) => textOf(field(node, 'value')!, text) === '0')
    .map((node) => textOf(field(node, 'declarator')!, text));
}

function storeOf(call: Node, text: string): Store | undefined {
  const [target, value] = argumentsOf(call);
  const fn = ancestor(call, 'function_definition');
  if (!fn || !target || !/\barrival_counter$/.test(textOf(target, text))) return undefined;
  if (!/^(?:st_release|atomicExch)$/.test(calledName(call, text)) || textOf(value ?? call, text) !== '0')
    return undefined;
  const ifs = [...ancestors(call)].filter(({ type }) => type === 'if_statement');
  const conditions = ifs.map((node) => field(node, 'condition')!);
  const counter = textOf(target, text);
  const marked = ifs[1]?.parent ?? call;
  const base = { node: call, marked, counter, conditions, fn, group: '', phase: '', thread: '' };
  const thread = conditions[0] && zeroTest(conditions[0], text);
  const rank = conditions[1] && zeroTest(conditions[1], text);
  const group = rank && groupOf(fn, rank, text);
  const [phase, ...others] = phasesOf(fn, text);
  if (!thread || !group || !phase || others.length > 0) return base;
  const outer = ifs[1]!;
  // The test goes on lines of its own before the `if`, into the same block.
  const ownLine = text.slice(lineStart(text, outer.startIndex), outer.startIndex).trim() === '';
  const fits = ownLine && outer.parent?.type === 'compound_statement' && !field(outer, 'alternative');
  if (!fits) return base;
  const told = isLast(fn, LAST, text, call);
  // Half of our lines are not ours to guess.
  if (!told && textOf(fn, text).includes(LAST)) return base;
  return { ...base, node: outer, leader: bare(conditions[1])!, group, phase, thread, told };
}

export function storesOf({ root, file: { text } }: Document): Store[] {
  return descendants(root, 'call_expression').flatMap((call) => storeOf(call, text) ?? []);
}

export function stateOf({ conditions, fn, leader, node: at }: Store, { file: { text } }: Document): Said {
  const names = conditions.map((condition) => bare(condition)!);
  const last = names.some((node) => node.type === 'identifier' && isLast(fn, textOf(node, text), text, at));
  if (last) return ['right', 'reset by the last CTA to leave'];
  return leader
    ? ['wrong', 'reset by the first CTA of the group']
    : ['unknown', 'a reset of the counter by nobody knows whom'];
}
