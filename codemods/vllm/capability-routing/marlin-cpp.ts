/** The host check that lets Marlin's W4A8-FP8 kernels run: a capability check that admits 8.9 and leaves out 9.0. */
import {
  ABOVE,
  argumentsOf,
  calledName,
  canMarkAbove,
  type Document,
  descendants,
  isOurs,
  isSafe,
  type LeafValue,
  leafValues,
  mentionsCapability,
  type Node,
  operatorOf,
  replace,
  type SiteState,
  textOf,
  valueOn,
} from '../../../src/api.js';
import { ID, type RoutingSite } from './site.js';

/** The part of the check that is true on 12.0 and on nothing else. */
function exactComparison(check: Node, text: string, leaves: LeafValue): Node | undefined {
  const exact = descendants(check, 'binary_expression').filter((node) => {
    const on = (capability: number) => valueOn(node, text, leaves, capability);
    return operatorOf(node, text) === '==' && on(120) === 1 && on(121) === 0 && on(89) === 0;
  });
  return exact.length === 1 ? exact[0] : undefined;
}

/** The name that the expression gives to the major capability: its value changes with it alone. */
function majorName(comparison: Node, text: string, leaves: LeafValue): string | undefined {
  return descendants(comparison, 'identifier')
    .map((node) => textOf(node, text))
    .find((name) => leaves(name, 129) === 12 && leaves(name, 120) === 12);
}

export function marlinCheckSites({ root, file }: Document): RoutingSite[] {
  const { text } = file;
  const sites: RoutingSite[] = [];
  if (!text.includes('TORCH_CHECK')) return sites;
  for (const call of descendants(root, 'call_expression')) {
    if (!/TORCH_CHECK$/.test(calledName(call, text))) continue;
    const [check] = argumentsOf(call);
    if (!check) continue;
    const leaves = leafValues(call, text);
    if (!mentionsCapability(check, text, leaves)) continue;
    const on = (capability: number) => valueOn(check, text, leaves, capability);
    if (on(89) === 0 || on(90) !== 0 || on(100) !== 0) continue;
    const base = { file, offset: check.startIndex, kind: 'marlin-check' as const, edits: [] };
    const state: SiteState =
      ABOVE.every((capability) => on(capability) === 0) && on(120) === 1 && on(89) === 1
        ? on(121) === 1
          ? 'right'
          : 'wrong'
        : 'unknown';
    const comparison = state === 'wrong' ? exactComparison(check, text, leaves) : undefined;
    const major = comparison && majorName(comparison, text, leaves);
    if (state === 'right') {
      const what = 'W4A8-FP8 is admitted on 8.9, 12.0 and 12.1';
      sites.push({ ...base, state: isOurs(file, ID, check) ? 'ours' : 'right', what });
    } else if (comparison && major && isSafe(call) && canMarkAbove(file, comparison.startIndex)) {
      const edits = [replace(file, comparison, `${major} == 12`)];
      const what = 'W4A8-FP8 is admitted on 8.9 and 12.0 only';
      sites.push({ ...base, offset: comparison.startIndex, state, what, edits });
    } else {
      sites.push({ ...base, state: 'unknown', what: 'a W4A8-FP8 check in other words' });
    }
  }
  return sites;
}
