import { readFile } from 'node:fs/promises';
import { Language as Grammar, Parser, type Tree } from 'web-tree-sitter';
import type { SourceFile } from '../codemod/types.js';
import { grammarPath } from './assets.js';
import { blankMacros } from './blank.js';
import type { Document, Language } from './document.js';

let ready: Promise<void> | undefined;
const parsers = new Map<Language, Promise<Parser>>();

async function load(language: Language): Promise<Parser> {
  ready ??= Parser.init();
  const [bytes] = await Promise.all([readFile(grammarPath(language)), ready]);
  const parser = new Parser();
  parser.setLanguage(await Grammar.load(new Uint8Array(bytes)));
  return parser;
}

/** Starts loading a grammar, so that it is there when the first file arrives. */
export function warmUp(language: Language): Promise<Parser> {
  let parser = parsers.get(language);
  if (!parser) {
    parser = load(language);
    parsers.set(language, parser);
  }
  return parser;
}

/** Parses files, each text once, and keeps the trees for one run. */
export class Documents {
  readonly #documents = new Map<string, Document>();
  readonly #trees: Tree[] = [];

  async parse(file: SourceFile, language: Language): Promise<Document> {
    const parser = await warmUp(language);
    const key = `${language}\0${file.path}\0${file.text}`;
    const known = this.#documents.get(key);
    if (known) return known;
    const tree = parser.parse(language === 'python' ? file.text : blankMacros(file.text));
    if (!tree) throw new Error(`the ${language} parser gave no tree for ${file.path}`);
    this.#trees.push(tree);
    const document: Document = { file, root: tree.rootNode };
    this.#documents.set(key, document);
    return document;
  }

  /** Gives the trees' memory back: WASM memory is not garbage collected. */
  dispose(): void {
    for (const tree of this.#trees.splice(0)) tree.delete();
    this.#documents.clear();
  }
}
