import type { Document, Node } from '../syntax/document.js';
import { bases, classes, nameOf, statements, stringValue } from '../syntax/python.js';
import { descendants, field, textOf } from '../syntax/query.js';
import type { SourceIndex } from './source-index.js';

/** What an annotation allows, as far as its source says. */
export interface TypeFacts {
  /** Values named by `Literal` or by the members of an enum. */
  readonly choices: ReadonlySet<string>;
  /** True where values beyond the choices are allowed as well. */
  readonly open: boolean;
  /** True where the values are members of an enum: vLLM reads those in any case. */
  readonly anyCase: boolean;
  readonly boolean: boolean;
  /** Classes that the annotation names, other than enums: their fields are keys of a JSON value. */
  readonly classes: readonly ClassFacts[];
}

export interface ClassFacts {
  readonly name: string;
  /** Annotations of the fields, bases' included. */
  readonly fields: ReadonlyMap<string, { readonly node: Node; readonly document: Document }>;
}

interface Collected {
  choices: Set<string>;
  open: boolean;
  anyCase: boolean;
  boolean: boolean;
  classes: ClassFacts[];
}

const TRANSPARENT = new Set(['Optional', 'Union', 'Annotated', 'SkipValidation', 'ClassVar', 'InitVar']);

function generic(node: Node, text: string): { name: string; args: Node[] } | undefined {
  if (node.type === 'subscript') {
    const value = field(node, 'value')!;
    return {
      name: textOf(value, text),
      args: node.namedChildren.filter((child): child is Node => child !== null && child.id !== value.id),
    };
  }
  if (node.type !== 'generic_type') return undefined;
  const [name, parameters] = node.namedChildren;
  return {
    name: textOf(name!, text),
    args: (parameters?.namedChildren ?? []).filter((child): child is Node => child !== null),
  };
}

/** The fields of a class and of those of its bases that the index finds. */
export async function classFacts(cls: Node, document: Document, index: SourceIndex): Promise<ClassFacts> {
  const { text } = document.file;
  const fields = new Map<string, { node: Node; document: Document }>();
  for (const base of bases(cls, text)) {
    const found = await index.definition(base, document);
    if (found?.node.type !== 'class_definition') continue;
    for (const entry of (await classFacts(found.node, found.document, index)).fields) fields.set(...entry);
  }
  for (const statement of statements(cls)) {
    const assignment = statement.namedChildren[0];
    const type = assignment?.type === 'assignment' ? field(assignment, 'type') : undefined;
    if (type) fields.set(textOf(field(assignment!, 'left')!, text), { node: type, document });
  }
  return { name: nameOf(cls, text), fields };
}

async function collectName(
  name: string,
  document: Document,
  index: SourceIndex,
  into: Collected,
): Promise<void> {
  if (name === 'bool') into.boolean = true;
  if (name === 'bool' || name === 'None') return;
  const found = await index.definition(name, document);
  if (!found) into.open = true;
  else if (found.node.type !== 'class_definition') await collect(found.node, found.document, index, into);
  else if (bases(found.node, found.document.file.text).some((base) => /Enum/.test(base))) {
    into.anyCase = true;
    for (const statement of statements(found.node)) {
      const member = statement.namedChildren[0];
      if (member?.type === 'assignment')
        into.choices.add(textOf(field(member, 'left')!, found.document.file.text));
    }
  } else into.classes.push(await classFacts(found.node, found.document, index));
}

async function collect(node: Node, document: Document, index: SourceIndex, into: Collected): Promise<void> {
  const { text } = document.file;
  const part = generic(node, text);
  if (part?.name === 'Literal') {
    for (const arg of part.args) {
      const strings = descendants(arg, 'string').map((string) => stringValue(string, text));
      for (const value of strings) if (value !== undefined) into.choices.add(value);
      if (strings.length === 0) await collect(arg, document, index, into);
    }
  } else if (part && TRANSPARENT.has(part.name)) {
    const args = part.name === 'Annotated' ? part.args.slice(0, 1) : part.args;
    for (const arg of args) await collect(arg, document, index, into);
  } else if (part) into.open = true;
  else if (node.type === 'identifier') await collectName(textOf(node, text), document, index, into);
  else if (node.type === 'none') return;
  else if (
    node.type === 'type' ||
    node.type === 'binary_operator' ||
    node.type === 'parenthesized_expression'
  ) {
    for (const child of node.namedChildren) if (child) await collect(child, document, index, into);
  } else into.open = true;
}

/** Reads an annotation: unions, `Literal`, `Optional`, aliases, enums and classes, through imports. */
export async function typeFacts(node: Node, document: Document, index: SourceIndex): Promise<TypeFacts> {
  const into: Collected = { choices: new Set(), open: false, anyCase: false, boolean: false, classes: [] };
  await collect(node, document, index, into);
  return into;
}

/** The class of a name in a document. */
export function classNamed(name: string, document: Document): Node | undefined {
  return classes(document.root).find((cls) => nameOf(cls, document.file.text) === name);
}
