/** Host dispatch: an `if` on the device's capability that leads to a function of the SM120 family. */
import {
  ABOVE,
  BELOW,
  calledName,
  canMarkAbove,
  type Document,
  descendants,
  type Edit,
  enclosingConditions,
  field,
  insert,
  isOurs,
  isSafe,
  type LeafValue,
  leafValues,
  mentionsCapability,
  type Node,
  operatorOf,
  replace,
  type SiteState,
  type SourceFile,
  textOf,
  valueOn,
} from '../../../src/api.js';
import { ID, type RoutingSite } from './site.js';

const FAMILY_FUNCTION = /(?:^|_)sm12[01][a-z]?(?:_|$)/;
/** A kernel for 12.1 alone: what a fork writes beside that of the family. */
const OWN_FUNCTION = /(?:^|_)sm121[a-z]?(?:_|$)/;

interface Branch {
  readonly statement: Node;
  readonly condition: Node;
  readonly positive: boolean;
}

/** The `if`s that a node stands in, innermost first. */
function branches(node: Node): Branch[] {
  const found: Branch[] = [];
  for (let below = node, at = node.parent; at; below = at, at = at.parent) {
    if (at.type !== 'if_statement') continue;
    const condition = field(at, 'condition');
    if (!condition || condition.id === below.id) continue;
    found.push({ statement: at, condition, positive: field(at, 'alternative')?.id !== below.id });
  }
  return found;
}

/** Calls of SM120 kernels, and `return true` where only an SM120 build gets to. */
function targets(root: Node, text: string): Node[] {
  if (!/sm12[01]|_SM120\b/.test(text)) return [];
  const calls = descendants(root, 'call_expression').filter((call) =>
    FAMILY_FUNCTION.test(calledName(call, text)),
  );
  const returns = text.includes('_SM120') ? descendants(root, 'return_statement') : [];
  const answers = returns.filter(
    (node) =>
      /^return\s*\(?\s*true\s*\)?\s*;$/.test(textOf(node, text)) &&
      /_SM120\b/.test(enclosingConditions(node, text)[0]?.condition ?? ''),
  );
  return [...calls, ...answers];
}

/** A comparison of the capability with a number: its lower bound is the family's, its upper one is not. */
function looseComparison(condition: Node, text: string, leaves: LeafValue): Node | undefined {
  const loose = descendants(condition, 'binary_expression').filter((node) => {
    const on = (capability: number) => valueOn(node, text, leaves, capability);
    const numbers = [field(node, 'left'), field(node, 'right')].filter(
      (side) => side?.type === 'number_literal',
    );
    return numbers.length === 1 && on(120) === 1 && on(119) === 0 && (on(130) === 1 || on(121) === 0);
  });
  if (loose.length !== 1) return undefined;
  for (let at = loose[0]!.parent; at && at.id !== condition.id; at = at.parent) {
    const isChain = at.type === 'binary_expression' && operatorOf(at, text) === '&&';
    if (!isChain && at.type !== 'parenthesized_expression') return undefined;
  }
  return loose[0];
}

/** `x == 120` becomes a range; `x >= 120` only gets its upper bound. */
function edit(comparison: Node, file: SourceFile, leaves: LeafValue): Edit {
  const { text } = file;
  const left = field(comparison, 'left')!;
  const variable = textOf(left.type === 'number_literal' ? field(comparison, 'right')! : left, text);
  return valueOn(comparison, text, leaves, 121) === 1
    ? insert(file, comparison.endIndex, ` && ${variable} < 130`)
    : replace(file, comparison, `${variable} >= 120 && ${variable} < 130`);
}

type Passes = (capability: number) => boolean | undefined;

/** A kernel of 12.1's own may be for 12.1 alone; where it takes 12.1, the family's need not. */
function stateOf(on: Passes, callee: string, taken: boolean): SiteState {
  const values = [...BELOW, 120, 121, ...ABOVE].map(on);
  if (values.includes(undefined) || BELOW.some(on)) return 'unknown';
  if (OWN_FUNCTION.test(callee)) return on(121) && !ABOVE.some(on) ? 'right' : 'unknown';
  if (!on(120)) return 'unknown';
  return (on(121) || taken) && !ABOVE.some(on) ? 'right' : 'wrong';
}

/** True where 12.1 does not come here because a branch before leads it to a kernel of its own. */
function isTaken(gates: readonly Branch[], text: string, leaves: LeafValue): boolean {
  return gates.some(({ statement, condition, positive }) => {
    const before = positive ? undefined : field(statement, 'consequence');
    if (!before || valueOn(condition, text, leaves, 121) !== 1) return false;
    return descendants(before, 'call_expression').some((call) => OWN_FUNCTION.test(calledName(call, text)));
  });
}

function siteAt(node: Node, file: SourceFile): RoutingSite | undefined {
  const { text } = file;
  const leaves = leafValues(node, text);
  const gates = branches(node).filter(({ condition }) => mentionsCapability(condition, text, leaves));
  const gate = gates[0];
  if (!gate) {
    // A gate of ours that asks for no capability any more.
    const [{ statement, condition } = { statement: node, condition: node }] = branches(node);
    const range = { startIndex: statement.startIndex, endIndex: condition.endIndex };
    const what = `${calledName(node, text)} under a condition of ours, changed since`;
    const site = { file, kind: 'dispatch' as const, offset: range.startIndex, what, edits: [] };
    return statement !== node && isOurs(file, ID, range) ? { ...site, state: 'unknown' } : undefined;
  }
  const passes: Passes = (capability) => {
    const values = gates.map(({ condition, positive }) => {
      const value = valueOn(condition, text, leaves, capability);
      return value === undefined ? undefined : (value !== 0) === positive;
    });
    return values.includes(undefined) ? undefined : values.every((value) => value === true);
  };
  const callee = node.type === 'call_expression' ? calledName(node, text) : 'an SM120 kernel';
  const state = stateOf(passes, callee, isTaken(gates, text, leaves));
  const { statement, condition } = gate;
  const what = `${textOf(condition, text).replace(/\s+/g, ' ')} leads to ${callee}`;
  const base = { file, kind: 'dispatch' as const, offset: statement.startIndex, what, edits: [] };
  if (state === 'right') {
    const range = { startIndex: statement.startIndex, endIndex: condition.endIndex };
    return { ...base, state: isOurs(file, ID, range) ? 'ours' : 'right' };
  }
  const comparison =
    state === 'wrong' && gate.positive ? looseComparison(condition, text, leaves) : undefined;
  if (!comparison || !isSafe(condition) || !canMarkAbove(file, statement.startIndex)) {
    return { ...base, state: 'unknown' };
  }
  return {
    ...base,
    state: 'wrong',
    unbounded: passes(121) === true,
    edits: [edit(comparison, file, leaves)],
  };
}

/** One site for each `if`, however many SM120 functions it leads to. */
export function dispatchSites({ root, file }: Document): RoutingSite[] {
  const sites = new Map<number, RoutingSite>();
  for (const node of targets(root, file.text)) {
    const site = siteAt(node, file);
    if (site) sites.set(site.offset, site);
  }
  return [...sites.values()].sort((a, b) => a.offset - b.offset);
}
