import type { Document, Node } from '../../syntax/document.js';

/**
 * A syntax tree for comparing: layout and separating commas are left out, and two nodes say the same exactly
 * where their keys are equal. Comments count: they are text that a merge must not lose.
 */
export interface Shape {
  readonly type: string;
  /** Byte range in the file. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly Shape[];
  readonly key: string;
  /** Of a function or a class, its name. */
  readonly name?: string;
  /** The node, or something below it, was not understood by the grammar. */
  readonly broken: boolean;
}

/** Keys of one comparison: equal structures get equal keys, which are short. */
export class Keys {
  readonly #known = new Map<string, string>();

  of(content: string): string {
    const key = this.#known.get(content) ?? String(this.#known.size);
    this.#known.set(content, key);
    return key;
  }
}

/** Nodes whose text is one token: blanks inside them have a meaning. */
const TOKENS =
  /^(?:string|concatenated_string|comment|string_literal|raw_string_literal|char_literal|system_lib_string|preproc_arg|line_continuation)$/;

export function shapeOf({ root, file }: Document, keys: Keys): Shape {
  return shapeOfNode(root, file.text, keys);
}

/** The shape of one node; `text` is that of the whole file. */
export function shapeOfNode(node: Node, text: string, keys: Keys): Shape {
  return build(node, text, keys, node.startIndex, node.endIndex);
}

const leaf = (type: string, start: number, end: number, text: string, keys: Keys): Shape => ({
  type,
  start,
  end,
  children: [],
  key: keys.of(`=${text.slice(start, end)}`),
  broken: type === 'ERROR',
});

function build(node: Node, text: string, keys: Keys, start: number, end: number): Shape {
  const { type } = node;
  if (node.childCount === 0 || TOKENS.test(type)) {
    return { ...leaf(type, start, end, text, keys), broken: node.isError || node.isMissing };
  }
  const children: Shape[] = [];
  let at = start;
  // Text between the children that is no blank: a blanked macro, or what the grammar skips.
  const skipped = (until: number): void => {
    const gap = text.slice(at, until);
    const words = gap.trim();
    if (words !== '' && words !== '\\') {
      const from = at + gap.indexOf(words);
      children.push(leaf('skipped', from, from + words.length, text, keys));
    }
  };
  for (const child of node.children) {
    if (!child || child.startIndex === child.endIndex) continue;
    skipped(child.startIndex);
    at = child.endIndex;
    if (child.type === ',') continue;
    const built = build(child, text, keys, child.startIndex, child.endIndex);
    // Decorators are units beside what they decorate: a new one does not make another definition of it.
    if (child.type === 'decorated_definition') children.push(...built.children);
    else children.push(built);
  }
  skipped(end);
  const name = definedName(node, text);
  return {
    type,
    start,
    end,
    children,
    key: keys.of(`${type} ${children.map(({ key }) => key).join(' ')}`),
    ...(name === undefined ? {} : { name }),
    broken: node.hasError,
  };
}

/** The name by which a definition is found again where its text has changed. */
export function definedName(node: Node, text: string): string | undefined {
  switch (node.type) {
    case 'function_definition':
    case 'class_definition':
    case 'class_specifier':
    case 'struct_specifier':
    case 'namespace_definition': {
      const named = node.childForFieldName('name') ?? node.childForFieldName('declarator');
      return named ? declared(named, text) : undefined;
    }
    case 'template_declaration': {
      const inner = node.namedChildren.find((child) => /_definition$|_specifier$/.test(child?.type ?? ''));
      return inner ? definedName(inner, text) : undefined;
    }
    default:
      return undefined;
  }
}

/** What a declarator declares, without pointers and parameters. */
function declared(node: Node, text: string): string {
  const inner = node.childForFieldName('declarator');
  return inner ? declared(inner, text) : text.slice(node.startIndex, node.endIndex);
}
