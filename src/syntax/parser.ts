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

interface Parsed {
  readonly document: Document;
  readonly tree: Tree;
}

/** Parses files, each text once, and keeps the trees for one run. */
export class Documents {
  /** By language, path and text; the last used one is the last. */
  readonly #parsed = new Map<string, Parsed>();

  async parse(file: SourceFile, language: Language): Promise<Document> {
    const parser = await warmUp(language);
    const key = `${language}\0${file.path}\0${file.text}`;
    const known = this.#parsed.get(key);
    if (known) {
      this.#parsed.delete(key);
      this.#parsed.set(key, known);
      return known.document;
    }
    const tree = parser.parse(language === 'python' ? file.text : blankMacros(file.text));
    if (!tree) throw new Error(`the ${language} parser gave no tree for ${file.path}`);
    const document: Document = { file, root: tree.rootNode };
    this.#parsed.set(key, { document, tree });
    return document;
  }

  /**
   * Forgets those used longest ago until what is left was parsed from less than `bytes` of source. Not while
   * anyone still holds a node: WASM memory is not garbage collected.
   */
  trim(bytes: number): void {
    let held = 0;
    for (const [key, { document, tree }] of [...this.#parsed].reverse()) {
      held += document.file.text.length;
      if (held < bytes) continue;
      tree.delete();
      this.#parsed.delete(key);
    }
  }

  dispose(): void {
    this.trim(0);
  }
}
