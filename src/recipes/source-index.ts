import { matching } from '../source/locate.js';
import type { SourceTree } from '../source/tree.js';
import type { Document, Node } from '../syntax/document.js';
import { Documents } from '../syntax/parser.js';
import { classes, nameOf } from '../syntax/python.js';
import { descendants, field, textOf } from '../syntax/query.js';

export interface Definition {
  readonly node: Node;
  readonly document: Document;
}

/** `vllm.config` or `.cache`, as a path without `.py`. */
function modulePath(module: string, from: string): string {
  const dots = /^\.*/.exec(module)![0].length;
  const rest = module.slice(dots).replaceAll('.', '/');
  return dots === 0 ? rest : [...from.split('/').slice(0, -dots), rest].join('/');
}

/** Finds what a name means in a Python file: its own classes and aliases, then what it imports. */
export class SourceIndex {
  readonly #documents = new Documents();
  readonly #definitions = new Map<string, Promise<Definition | undefined>>();

  constructor(readonly tree: SourceTree) {}

  /** The parsed file, or undefined where the tree has none. */
  async open(path: string): Promise<Document | undefined> {
    const file = await this.tree.read(path);
    return file && this.#documents.parse(file, 'python');
  }

  /** The parsed files whose path matches. */
  async openAll(pattern: RegExp): Promise<Document[]> {
    const paths = await matching(this.tree, pattern);
    const opened = await Promise.all(paths.map((path) => this.open(path)));
    return opened.filter((document): document is Document => document !== undefined);
  }

  /** The class or the alias's value that `name` stands for in a file. */
  definition(name: string, document: Document, depth = 0): Promise<Definition | undefined> {
    const key = `${document.file.path}\0${name}`;
    let found = this.#definitions.get(key);
    if (!found) {
      // A package may re-export a name through a few modules; a ring of imports ends here.
      found = depth > 6 ? Promise.resolve(undefined) : this.#find(name, document, depth);
      this.#definitions.set(key, found);
    }
    return found;
  }

  async #find(name: string, document: Document, depth: number): Promise<Definition | undefined> {
    const { root, file } = document;
    const own = classes(root).find((cls) => nameOf(cls, file.text) === name);
    if (own) return { node: own, document };
    const alias = descendants(root, 'assignment').find(
      (node) => textOf(field(node, 'left') ?? node, file.text) === name && field(node, 'right'),
    );
    if (alias) return { node: field(alias, 'right')!, document };
    for (const path of this.#importedFrom(name, document)) {
      const imported = await this.open(path);
      const found = imported && (await this.definition(name, imported, depth + 1));
      if (found) return found;
    }
    return undefined;
  }

  /** Files that `from module import name` may mean. */
  #importedFrom(name: string, { root, file }: Document): string[] {
    return descendants(root, 'import_from_statement').flatMap((statement) => {
      const module = field(statement, 'module_name');
      const names = statement
        .childrenForFieldName('name')
        .map((node) => node && textOf(node, file.text).replace(/\s+as\s.*$/s, ''));
      if (!module || !names.includes(name)) return [];
      const path = modulePath(textOf(module, file.text), file.path);
      return [`${path}.py`, `${path}/__init__.py`];
    });
  }

  /** Gives the trees' memory back. */
  dispose(): void {
    this.#documents.dispose();
  }
}
