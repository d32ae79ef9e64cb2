import type { Node } from './document.js';

/** Depth-first walk over the named nodes below `node`, itself included. */
export function* walk(node: Node): Generator<Node> {
  const open = [node];
  for (let at = open.pop(); at; at = open.pop()) {
    yield at;
    for (const child of at.namedChildren.toReversed()) if (child) open.push(child);
  }
}

/** The named children of a node, comments left out. */
export function children(node: Node | undefined): Node[] {
  return (node?.namedChildren ?? []).filter(
    (child): child is Node => child !== null && child.type !== 'comment',
  );
}

/** Answers of `descendants`: many judges ask the same of the same function. */
const known = new WeakMap<Node['tree'], Map<string, readonly Node[]>>();

/** Types that judges look for in whole files, by the type of the root: one walk finds them all. */
const OUTLINES: Readonly<Record<string, readonly string[]>> = {
  module: ['function_definition', 'class_definition', 'aliased_import'],
  translation_unit: [
    'function_definition',
    'struct_specifier',
    'class_specifier',
    'template_type',
    'call_expression',
  ],
};

function walked(node: Node, types: readonly string[], answers: Map<string, readonly Node[]>) {
  const key = `${node.id} ${node.startIndex} ${node.endIndex} ${types.join(' ')}`;
  let answer = answers.get(key);
  if (!answer) {
    answer = node.descendantsOfType([...types]).filter((found): found is Node => found !== null);
    answers.set(key, answer);
  }
  return answer;
}

/** All descendants of the given types, in source order. */
export function descendants(node: Node, ...types: string[]): readonly Node[] {
  let answers = known.get(node.tree);
  if (!answers) {
    answers = new Map();
    known.set(node.tree, answers);
  }
  const outline = OUTLINES[node.type];
  if (!outline || !types.every((type) => outline.includes(type))) return walked(node, types, answers);
  return walked(node, outline, answers).filter(({ type }) => types.includes(type));
}

const WORD = /\w/;

/** All identifiers of a name below a node, in source order: where the name stands in the text. */
export function identifiers(node: Node, name: string, text: string): Node[] {
  const found: Node[] = [];
  // What the parser missed has no name.
  if (name === '') return found;
  for (let at = text.indexOf(name, node.startIndex); at >= 0; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length;
    if (end > node.endIndex) break;
    if (WORD.test(text[at - 1] ?? '') || WORD.test(text[end] ?? '')) continue;
    const there = node.namedDescendantForIndex(at, end);
    if (there?.type === 'identifier' && there.startIndex === at && there.endIndex === end) found.push(there);
  }
  return found;
}

/** The nearest ancestor (not the node itself) of one of the types. */
export function ancestor(node: Node, ...types: string[]): Node | undefined {
  for (let at = node.parent; at; at = at.parent) if (types.includes(at.type)) return at;
  return undefined;
}

/** All ancestors, nearest first. */
export function* ancestors(node: Node): Generator<Node> {
  for (let at = node.parent; at; at = at.parent) yield at;
}

/** The original bytes of a node: `node.text` would show blanked macros. */
export function textOf(node: Node, text: string): string {
  return text.slice(node.startIndex, node.endIndex);
}

/** Parse safety is local: the node holds no ERROR, and neither it nor an ancestor up to `within` is one. */
export function isSafe(node: Node, within?: Node): boolean {
  if (node.hasError) return false;
  for (let at: Node | null = node; at && at.id !== within?.id; at = at.parent) {
    if (at.isError || at.isMissing) return false;
  }
  return true;
}

/** Field access that reads well in codemods. */
export function field(node: Node | undefined, name: string): Node | undefined {
  return node?.childForFieldName(name) ?? undefined;
}

/** Parentheses around an expression taken off, and a condition's clause. */
export function bare(node: Node | undefined): Node | undefined {
  let at = node;
  while (at && /^(?:parenthesized_expression|condition_clause)$/.test(at.type)) at = children(at)[0];
  return at;
}

/** The outermost node that is this one in parentheses, or the node: what `bare` takes off, seen from within. */
export function beyondParentheses(node: Node): Node {
  let at = node;
  while (at.parent?.type === 'parenthesized_expression') at = at.parent;
  return at;
}
