/**
 * What a C++ condition says about a compute capability, by value and not by spelling: `x >= 120 && x < 130`,
 * `major * 10 + minor == 120` and `major == 12` are all read as a set of capabilities.
 */
import type { Node } from '../../syntax/document.js';
import { ancestor, descendants, field, textOf } from '../../syntax/query.js';
import { type Amount, cppValue } from './expression.js';

/** Capabilities (major * 10 + minor) that tell the known gates apart. */
export const BELOW = [75, 80, 86, 89, 90, 100, 101, 103, 110, 119];
export const ABOVE = [130, 131];

/** The value that a name has on a device of a capability, or undefined if it is about something else. */
export type LeafValue = (leaf: string, capability: number) => Amount;

const CAPABILITY_NAME = /^(?:sm|cc|version_num|sm_version\w*|compute_cap\w*|\w*capability\w*)$/i;
const CAPABILITY_CALL = /\bget_sm_version_num\s*\(\s*\)|\bget_(?:device|compute)_capability\w*\s*\(/;

const part = (name: string, capability: number): number => {
  if (/major/i.test(name)) return Math.trunc(capability / 10);
  return /minor/i.test(name) ? capability % 10 : capability;
};

type Role = 'whole' | 'major' | 'minor';

/** By tree and where a function starts: which of its names hold a capability. Many conditions of a function are asked. */
const known = new WeakMap<Node['tree'], Map<number, ReadonlyMap<string, Role>>>();

/** Names that a function puts a capability, or a part of one, into. */
function rolesIn(fn: Node, text: string): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  const body = textOf(fn, text);
  const asks = body.includes('cudaDevAttrComputeCapability');
  for (const match of (asks ? body : '').matchAll(
    /&\s*(\w+)\s*,\s*cudaDevAttrComputeCapability(Major|Minor)\b/g,
  )) {
    roles.set(match[1]!, match[2] === 'Major' ? 'major' : 'minor');
  }
  const declarations = body.includes('get_sm_version_num') ? descendants(fn, 'init_declarator') : [];
  for (const declared of declarations) {
    const name = field(declared, 'declarator');
    const value = field(declared, 'value');
    if (name?.type !== 'identifier' || !value) continue;
    if (/^(?:\w+::)*get_sm_version_num\s*\(\s*\)$/.test(textOf(value, text)))
      roles.set(textOf(name, text), 'whole');
  }
  return roles;
}

/** Reads names as capabilities: by what they are called, or by what the enclosing function puts into them. */
export function leafValues(node: Node, text: string): LeafValue {
  const fn = ancestor(node, 'function_definition');
  const ofTree = known.get(node.tree) ?? new Map<number, ReadonlyMap<string, Role>>();
  known.set(node.tree, ofTree);
  const roles = fn && (ofTree.get(fn.startIndex) ?? rolesIn(fn, text));
  if (roles) ofTree.set(fn!.startIndex, roles);
  return (leaf, capability) => {
    const role = roles?.get(leaf);
    if (role) return part(role, capability);
    if (CAPABILITY_NAME.test(leaf) || CAPABILITY_CALL.test(leaf)) return part(leaf, capability);
    return undefined;
  };
}

/** The value of a condition on a device of a capability; what is about something else is taken to hold. */
export function valueOn(node: Node, text: string, leaves: LeafValue, capability: number): Amount {
  return cppValue(node, text, (leaf) => leaves(textOf(leaf, text), capability), true);
}

/** True where the expression reads a capability at all. */
export function mentionsCapability(node: Node, text: string, leaves: LeafValue): boolean {
  const candidates = [node, ...descendants(node, 'identifier', 'call_expression')];
  return candidates.some((leaf) => leaves(textOf(leaf, text), 121) !== undefined);
}
