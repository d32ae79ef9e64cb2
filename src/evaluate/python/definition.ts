/** What a name stands for where the code says it once, and for all of a scope. */
import type { Node } from '../../syntax/document.js';
import { ancestors, bare, children, field, identifiers, textOf } from '../../syntax/query.js';

const SCOPES = /^(?:function_definition|lambda|module)$/;

/** The innermost function around a node, or the module. */
function scopeOf(node: Node): Node | undefined {
  for (const at of ancestors(node)) if (SCOPES.test(at.type)) return at;
  return undefined;
}

/** True where an identifier is given something: as a target, a parameter, a definition or an import. */
function isBound(name: Node): boolean {
  let at = name;
  while (
    /^(?:pattern_list|tuple_pattern|list_pattern|list_splat_pattern|as_pattern_target)$/.test(
      at.parent?.type ?? '',
    )
  )
    at = at.parent!;
  const holder = at.parent;
  switch (holder?.type) {
    case 'assignment':
    case 'augmented_assignment':
    case 'for_statement':
    case 'for_in_clause':
      return field(holder, 'left')?.id === at.id;
    case 'named_expression':
    case 'function_definition':
    case 'class_definition':
    case 'default_parameter':
    case 'typed_default_parameter':
      return field(holder, 'name')?.id === at.id;
    case 'attribute':
    case 'keyword_argument':
      return false;
    default:
      return /^(?:as_pattern|parameters|lambda_parameters|typed_parameter|list_splat|dictionary_splat_pattern|dotted_name|aliased_import|global_statement|nonlocal_statement|delete_statement)$/.test(
        holder?.type ?? '',
      );
  }
}

/** Where a scope gives a name something; functions within it are scopes of their own. */
function bindings(scope: Node, name: string, text: string): Node[] {
  return identifiers(scope, name, text).filter((node) => {
    if (!isBound(node)) return false;
    const definition =
      node.parent?.type === 'function_definition' || node.parent?.type === 'class_definition';
    const owner = scopeOf(definition ? node.parent! : node);
    return owner?.id === scope.id;
  });
}

const contains = (outer: Node, inner: Node): boolean =>
  outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;

/** The binding that a use sees: the one there is, or, in the same scope, the last one before it. */
function seenBy(use: Node, found: readonly Node[], same: boolean): Node | undefined {
  if (!same) return found.length === 1 ? found[0] : undefined;
  const last = found.filter(({ parent }) => parent!.endIndex <= use.startIndex).at(-1);
  // A later turn of a loop sees what was bound behind the use.
  const loops = [...ancestors(use)].filter(({ type }) => /^(?:for|while)_statement$/.test(type));
  const again = loops.some(
    (loop) => last && !contains(loop, last) && found.some((other) => contains(loop, other)),
  );
  return again ? undefined : last;
}

/**
 * What gives a name its value where it is used: an assignment that comes before in a block around the use, or a
 * function. Undefined where another one may, or where it may not be reached.
 */
function bindingOf(use: Node, text: string): Node | undefined {
  const name = textOf(use, text);
  for (let scope = scopeOf(use); scope; scope = scopeOf(scope)) {
    const found = bindings(scope, name, text);
    if (found.length === 0) continue;
    const only = seenBy(use, found, scope.id === scopeOf(use)?.id);
    if (!only) return undefined;
    const holder = only.parent!;
    const block = (holder.type === 'assignment' ? holder.parent! : holder).parent;
    const around = scope.type === 'module' ? block?.type === 'module' : block && contains(block, use);
    return around ? holder : undefined;
  }
  return undefined;
}

/**
 * The expression that a name, or a call with nothing of a function that only returns, stands for. Undefined for
 * all else, and where more than one may be meant.
 */
export function definitionOf(node: Node, text: string): Node | undefined {
  if (node.type === 'identifier') {
    const holder = bindingOf(node, text);
    if (holder?.type !== 'assignment' || field(holder, 'left')?.type !== 'identifier') return undefined;
    return field(holder, 'right');
  }
  const callee = node.type === 'call' ? field(node, 'function') : undefined;
  if (callee?.type !== 'identifier' || children(field(node, 'arguments')).length > 0) return undefined;
  const fn = bindingOf(callee, text);
  if (fn?.type !== 'function_definition' || children(field(fn, 'parameters')).length > 0) return undefined;
  const [only, ...more] = children(field(fn, 'body'));
  return only?.type === 'return_statement' && more.length === 0 ? children(only)[0] : undefined;
}

/** The expression behind names that are given a value above, and helpers that only return. Else the node itself. */
export function behind(node: Node, text: string): Node {
  const at = bare(node) ?? node;
  const value = definitionOf(at, text);
  return value && value.endIndex <= at.startIndex ? behind(value, text) : at;
}
