import type { Node } from './document.js';
import { ancestor, children, descendants, field, identifiers, textOf } from './query.js';

/** The name of a class or function definition. */
export function nameOf(definition: Node, text: string): string {
  const name = field(definition, 'name');
  return name ? textOf(name, text) : '';
}

/** All classes of a file. */
export function classes(root: Node): readonly Node[] {
  return descendants(root, 'class_definition');
}

/** Statements of a class's or function's body, decorators taken off, comments left out. */
export function statements(definition: Node): readonly Node[] {
  return children(field(definition, 'body')).map((child) =>
    child.type === 'decorated_definition' ? (field(child, 'definition') ?? child) : child,
  );
}

/** The functions of a name below a node, methods and nested ones as well. */
export function functionsNamed(node: Node, name: string | RegExp, text: string): Node[] {
  if (typeof name !== 'string')
    return descendants(node, 'function_definition').filter((fn) => name.test(nameOf(fn, text)));
  return identifiers(node, name, text).flatMap((own) => {
    const fn = own.parent;
    return fn?.type === 'function_definition' && field(fn, 'name')?.id === own.id ? [fn] : [];
  });
}

/** The functions of a name that belong to no class. */
export function moduleFunctions(root: Node, name: string | RegExp, text: string): Node[] {
  return functionsNamed(root, name, text).filter((fn) => !ancestor(fn, 'class_definition'));
}

/** A class's own methods. */
export function methods(cls: Node): Node[] {
  return statements(cls).filter((node) => node.type === 'function_definition');
}

/** Names of a class's bases, without their modules. */
export function bases(cls: Node, text: string): string[] {
  return positional(field(cls, 'superclasses')).map((base) => importedName(base, text));
}

/** The class or module function that a node is in, the nearest one. */
export function enclosingFunction(node: Node): Node | undefined {
  return ancestor(node, 'function_definition', 'lambda');
}

/** Names of a function's parameters in order, `*` and annotations left out. */
export function parameters(fn: Node, text: string): string[] {
  return (field(fn, 'parameters')?.namedChildren ?? [])
    .map((child) => (child?.type === 'identifier' ? child : child && descendants(child, 'identifier')[0]))
    .filter((name): name is Node => Boolean(name))
    .map((name) => textOf(name, text));
}

/** Names that a file's imports give other ones, by tree: the alias, and what it stands for. */
const known = new WeakMap<Node['tree'], ReadonlyMap<string, string>>();

function aliases({ tree }: Node, text: string): ReadonlyMap<string, string> {
  let found = known.get(tree);
  if (!found) {
    const imports = /\bas\b/.test(text) ? descendants(tree.rootNode, 'aliased_import') : [];
    found = new Map(
      imports.map(
        (node) => [textOf(field(node, 'alias')!, text), textOf(field(node, 'name')!, text)] as const,
      ),
    );
    known.set(tree, found);
  }
  return found;
}

/** What a name was where it was imported, without its modules; itself where it has no other one. */
export function importedName(node: Node, text: string): string {
  const name = textOf(node, text);
  return (aliases(node, text).get(name) ?? name).replace(/^.*\./s, '').trim();
}

/** The last name of what a call calls: `f` for `f()`, `self.f()`, `module.f()`, and for an import of it as another. */
export function calleeName(call: Node, text: string): string {
  const callee = field(call, 'function');
  return callee ? importedName(callee, text) : '';
}

/** All calls of a name below a node. */
export function callsOf(node: Node, name: string, text: string): Node[] {
  if (!text.includes(name)) return [];
  return descendants(node, 'call').filter((call) => calleeName(call, text) === name);
}

/** A call's keyword argument, as the whole `name=value` node. */
export function keyword(call: Node, name: string, text: string): Node | undefined {
  return (field(call, 'arguments')?.namedChildren ?? []).find(
    (child): child is Node =>
      child?.type === 'keyword_argument' && textOf(field(child, 'name') ?? child, text) === name,
  );
}

/** The value of a call's keyword argument. */
export function keywordValue(call: Node, name: string, text: string): Node | undefined {
  return field(keyword(call, name, text), 'value');
}

/** Positional members of an argument list, list or tuple. */
export function positional(list: Node | undefined): Node[] {
  return children(list).filter(({ type }) => type !== 'keyword_argument');
}

/** The value of a plain string, in one piece or in several; undefined for an f-string that interpolates, and for all else. */
export function stringValue(node: Node | undefined, text: string): string | undefined {
  if (node?.type === 'concatenated_string') {
    const pieces = children(node).map((piece) => stringValue(piece, text));
    return pieces.includes(undefined) ? undefined : pieces.join('');
  }
  if (node?.type !== 'string' || descendants(node, 'interpolation').length > 0) return undefined;
  const content = node.namedChildren.find((child) => child?.type === 'string_content');
  return content ? textOf(content, text) : '';
}

/** `f"{name}.rest"` as its two parts; undefined for any other expression. */
export function suffixed(node: Node | undefined, text: string): { name: string; suffix: string } | undefined {
  if (node?.type !== 'string') return undefined;
  const parts = node.namedChildren.filter(
    (child) => child?.type === 'interpolation' || child?.type === 'string_content',
  );
  const [hole, rest] = parts;
  if (parts.length !== 2 || hole?.type !== 'interpolation' || rest?.type !== 'string_content')
    return undefined;
  const expression = field(hole, 'expression');
  return expression ? { name: textOf(expression, text), suffix: textOf(rest, text) } : undefined;
}

/** Assignments to exactly `target` (`x`, `self.x`) below a node. */
export function assignmentsTo(node: Node, target: string, text: string): Node[] {
  return descendants(node, 'assignment').filter(
    (found) => textOf(field(found, 'left') ?? found, text) === target,
  );
}

/** An integer in decimal, whatever its notation; as it is written where it is too large to tell. */
function integerOf(text: string): string {
  const value = Number(text.replaceAll('_', ''));
  return Number.isSafeInteger(value) ? String(value) : text;
}

/** Tokens of code: comments, layout, quotes, pieces of strings, notations and trailing commas do not count. */
export function tokens(node: Node, text: string): string[] {
  if (node.type === 'comment' || node.type === 'line_continuation') return [];
  if (node.type === 'string') {
    const quoted = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(textOf(node, text));
    return [quoted ? `${quoted[1]!.toLowerCase()}"${quoted[3]}"` : textOf(node, text)];
  }
  if (node.type === 'concatenated_string') {
    const joined = stringValue(node, text);
    if (joined !== undefined) return [`"${joined}"`];
  }
  if (node.type === 'integer') return [integerOf(textOf(node, text))];
  if (node.childCount === 0) return node.startIndex === node.endIndex ? [] : [textOf(node, text)];
  const inner = node.children.flatMap((child) => (child ? tokens(child, text) : []));
  return inner.filter((token, i) => token !== ',' || !/^[)\]}]$/.test(inner[i + 1] ?? ''));
}

/** True where two pieces of code say the same, whatever their layout, quotes and comments. */
export function sameCode(a: Node, textOfA: string, b: Node, textOfB: string): boolean {
  return tokens(a, textOfA).join('\n') === tokens(b, textOfB).join('\n');
}
