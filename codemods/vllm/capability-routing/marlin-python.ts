/**
 * Marlin's W4A8-FP8 gates in Python: the generators that decide whether FP8 kernels are made for an arch, and
 * `get_marlin_input_dtype`, which lets a user ask for them.
 */
import {
  askedFor,
  callsOf,
  type Document,
  descendants,
  field,
  holds,
  indentAt,
  isOurs,
  isSafe,
  type Known,
  type Meaning,
  moduleFunctions,
  type Node,
  newlineOf,
  onPlatform,
  pythonValue,
  replace,
  type SiteState,
  textOf,
} from '../../../src/api.js';
import { ID, type RoutingSite } from './site.js';

/** A gate must admit 8.9 and 12.0, and leave 9.0, 10.0 and 13.0 out; it is right if 12.1 is admitted as well. */
function stateOf(admits: (capability: number) => Known): SiteState {
  const on = (capability: number): boolean | undefined => holds(admits(capability));
  const known = on(89) === true && on(120) === true && [90, 100, 130].every((other) => on(other) === false);
  if (!known || on(121) === undefined) return 'unknown';
  return on(121) ? 'right' : 'wrong';
}

const described = (state: SiteState): string =>
  ({
    wrong: 'W4A8-FP8 is admitted on 8.9 and 12.0 only',
    right: 'W4A8-FP8 is admitted on 8.9, 12.0 and 12.1',
    ours: 'W4A8-FP8 is admitted on 8.9, 12.0 and 12.1',
    unknown: 'a W4A8-FP8 gate in other words',
  })[state];

function siteFor(
  { file }: Document,
  kind: RoutingSite['kind'],
  condition: Node,
  admits: (capability: number) => Known,
  rewritten: () => { node: Node; text: string } | undefined,
): RoutingSite {
  const base = { file, offset: condition.startIndex, kind, edits: [] };
  const found = stateOf(admits);
  const state = found === 'right' && isOurs(file, ID, condition) ? 'ours' : found;
  if (state !== 'wrong') return { ...base, state, what: described(state) };
  const replaced = rewritten();
  if (!replaced || !isSafe(condition)) return { ...base, state: 'unknown', what: described('unknown') };
  return { ...base, state, what: described(state), edits: [replace(file, replaced.node, replaced.text)] };
}

/** `X in [89, 120]`, the only form that is rewritten. */
function membership(condition: Node, text: string): { variable: string; others: string[] } | undefined {
  const match = /^(\w+)\s+in\s+[[({]([\d,\s]+)[\])}]$/.exec(textOf(condition, text));
  if (!match) return undefined;
  const others = [...match[2]!.matchAll(/\d+/g)]
    .map(([number]) => number)
    .filter((number) => number !== '120');
  return { variable: match[1]!, others };
}

/** `if` statements that switch FP8 kernels on for an arch (major * 10 + minor). */
export function generatorSites(document: Document): RoutingSite[] {
  const { root, file } = document;
  const { text } = file;
  return descendants(root, 'if_statement').flatMap((statement) => {
    const condition = field(statement, 'condition')!;
    const body = field(statement, 'consequence');
    if (!body || !/\b\w*FP8\w*\s*=\s*True\b/.test(textOf(body, text))) return [];
    const variables = new Set(descendants(condition, 'identifier').map((node) => textOf(node, text)));
    const leaf =
      (arch: number): Meaning =>
      (node) =>
        node.type === 'identifier' && variables.size === 1 ? arch : undefined;
    return siteFor(
      document,
      'marlin-generator',
      condition,
      (arch) => pythonValue(condition, text, leaf(arch)),
      () => {
        const form = membership(condition, text);
        if (!form) return undefined;
        const family = `${form.variable} // 10 == 12`;
        return {
          node: condition,
          text: [...form.others.map((other) => `${form.variable} == ${other}`), family].join(' or '),
        };
      },
    );
  });
}

/** Neither 12.0 nor 12.1, broken as the file's formatter breaks it. */
function bothMinors(callee: string, indent: string, newline: string): string {
  return [`${callee}(`, `${indent}    120`, `${indent}) and not ${callee}(121)`].join(newline);
}

/** The test in `get_marlin_input_dtype`. Without a family test in the tree, 12.1 is asked for by itself. */
export function inputDtypeSites(document: Document, hasFamilyTest: boolean): RoutingSite[] {
  const { root, file } = document;
  const { text } = file;
  return moduleFunctions(root, 'get_marlin_input_dtype', text).flatMap((fn) =>
    descendants(fn, 'if_statement').flatMap((statement) => {
      const condition = field(statement, 'condition')!;
      if (!/capability/.test(textOf(condition, text))) return [];
      const refuses = /^\s*raise\b/.test(textOf(field(statement, 'consequence')!, text));
      const admits = (capability: number): Known => {
        const value = holds(pythonValue(condition, text, onPlatform(capability)));
        return value === undefined ? undefined : value !== refuses;
      };
      return siteFor(document, 'marlin-python', condition, admits, () => {
        const exact = callsOf(condition, 'is_device_capability', text).filter(
          (call) => askedFor(call, text) === 120,
        );
        const call = exact.length === 1 ? exact[0]! : undefined;
        const callee = call && field(call, 'function');
        if (!call || !callee) return undefined;
        if (hasFamilyTest) return { node: call, text: `${textOf(callee, text)}_family(120)` };
        if (!refuses || call.parent?.type !== 'not_operator') return undefined;
        return {
          node: call,
          text: bothMinors(textOf(callee, text), indentAt(text, call.startIndex), newlineOf(text)),
        };
      });
    }),
  );
}
