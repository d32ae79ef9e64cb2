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
  readonly place: string;
  /** What was parsed: macros are blanked in it. */
  readonly source: string;
  readonly document: Document;
  readonly tree: Tree;
}

/** Parses files, each text once, and keeps the trees for one run. */
export class Documents {
  /** By language and path: a file and what edits made of it. */
  readonly #places = new Map<string, Parsed[]>();
  /** The last used one is the last. */
  readonly #used = new Set<Parsed>();

  async parse(file: SourceFile, language: Language): Promise<Document> {
    const parser = await warmUp(language);
    const place = `${language} ${file.path}`;
    const own = this.#places.get(place) ?? [];
    let parsed = own.find(({ document }) => document.file.text === file.text);
    if (!parsed) {
      const source = language === 'python' ? file.text : blankMacros(file.text);
      const tree = parser.parse(source);
      if (!tree) throw new Error(`the ${language} parser gave no tree for ${file.path}`);
      parsed = { place, source, tree, document: { file, root: tree.rootNode } };
      this.#places.set(place, [...own, parsed]);
    }
    this.#used.delete(parsed);
    this.#used.add(parsed);
    return parsed.document;
  }

  /**
   * Forgets those used longest ago until what is left was parsed from less than `bytes` of source. Not while
   * anyone still holds a node: WASM memory is not garbage collected.
   */
  trim(bytes: number): void {
    let held = 0;
    for (const parsed of [...this.#used].reverse()) {
      held += parsed.source.length;
      if (held < bytes) continue;
      parsed.tree.delete();
      this.#used.delete(parsed);
      const left = this.#places.get(parsed.place)!.filter((other) => other !== parsed);
      if (left.length > 0) this.#places.set(parsed.place, left);
      else this.#places.delete(parsed.place);
    }
  }

  dispose(): void {
    this.trim(0);
  }
}
