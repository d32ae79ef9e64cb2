import { Language as Grammar, Parser, type Tree } from 'web-tree-sitter';
import { assetBytes } from '../assets.js';
import { TooLarge } from '../failure.js';
import type { SourceFile } from '../source/file.js';
import { blankBom } from '../source/text.js';
import { blankMacros } from './blank.js';
import type { Document, Language } from './document.js';
import { parseFrom } from './incremental.js';
import { joinBrackets } from './join.js';
import { nestsTooDeep } from './nesting.js';

let ready: Promise<void> | undefined;
const parsers = new Map<Language, Promise<Parser>>();

async function load(language: Language): Promise<Parser> {
  // Given its bytes, the runtime looks for nothing beside itself.
  ready ??= Parser.init({ wasmBinary: new Uint8Array(assetBytes('grammars/web-tree-sitter.wasm')) });
  await ready;
  const parser = new Parser();
  parser.setLanguage(await Grammar.load(new Uint8Array(assetBytes(`grammars/tree-sitter-${language}.wasm`))));
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

/** Steps (of tree-sitter's progress) that upstream's sources take: 0.014 a byte, 32,000 the largest. */
const STEPS_PER_BYTE = 0.06;
const STEPS = 60_000;

/** Null where the source makes the parser try too many ways. */
function parse(parser: Parser, text: string): Tree | null {
  const most = Math.min(STEPS, 3000 + text.length * STEPS_PER_BYTE);
  let steps = 0;
  const progressCallback = (): boolean => {
    steps += 1;
    return steps > most;
  };
  const tree = parser.parse(text, null, { progressCallback });
  // Else it would go on where it stopped, with the next text.
  if (!tree) parser.reset();
  return tree;
}

/**
 * Python whose brackets are all on one line, where that is what the parser stumbled over.
 * @param last what was read so of an earlier text
 */
function joined(
  parser: Parser,
  source: string,
  last: Parsed | undefined,
): { tree: Tree; text: string } | undefined {
  const text = joinBrackets(source);
  if (text === source) return undefined;
  const tree = (last && parseFrom(parser, last.tree, last.source, text)) ?? parse(parser, text);
  if (tree?.rootNode.hasError === false) return { tree, text };
  tree?.delete();
  return undefined;
}

interface Parsed {
  readonly language: Language;
  readonly document: Document;
  /** What the parser read. */
  readonly source: string;
  /** True where that is the text with its brackets joined. */
  readonly joined: boolean;
  readonly tree: Tree;
}

/** A file, whatever its text is. */
const nameOf = ({ language, document }: Pick<Parsed, 'language' | 'document'>): string =>
  `${language} ${document.file.path}`;

/** Texts of a file that are kept: as it is, edited, and edited otherwise. Older ones do not come again. */
const VERSIONS = 3;

/** Who judges one tree: what it parsed is kept until it releases it. */
export interface Lease {
  parse(file: SourceFile, language: Language): Promise<Document>;
  release(): void;
}

/** Parses files, each text once, for one run: WASM memory is not garbage collected. */
export class Documents {
  /** By text; the last used one is the last. */
  readonly #parsed = new Map<string, Parsed[]>();
  /** By language and path: what was parsed last, from which the next parse may go on. */
  readonly #last = new Map<string, Parsed>();
  /** Texts that were given up. */
  readonly #tooLarge = new Set<string>();
  /** How many leases a text has. */
  readonly #leases = new Map<string, number>();

  /** @param kept bytes of source whose trees are kept when their leases end, the latest of each file (default: all). */
  constructor(readonly kept = Number.POSITIVE_INFINITY) {}

  async parse(file: SourceFile, language: Language): Promise<Document> {
    return this.#parse(await warmUp(language), file, language);
  }

  lease(): Lease {
    const texts = new Set<string>();
    return {
      parse: async (file, language) => {
        const parser = await warmUp(language);
        if (!texts.has(file.text)) this.#leases.set(file.text, (this.#leases.get(file.text) ?? 0) + 1);
        texts.add(file.text);
        return this.#parse(parser, file, language);
      },
      release: () => {
        for (const text of texts) this.#leases.set(text, this.#leases.get(text)! - 1);
        texts.clear();
        this.#trim(this.kept);
      },
    };
  }

  #parse(parser: Parser, file: SourceFile, language: Language): Document {
    const same = this.#parsed.get(file.text) ?? [];
    this.#parsed.delete(file.text);
    this.#parsed.set(file.text, same);
    const known = same.find((one) => one.language === language && one.document.file.path === file.path);
    if (known) return known.document;
    const code = blankBom(file.text);
    const source = language === 'python' ? code : blankMacros(code);
    const last = this.#last.get(`${language} ${file.path}`);
    const [plain, other] = last?.joined ? [undefined, last] : [last, undefined];
    const first = this.#treeOf(parser, source, plain);
    if (!first) throw new TooLarge(`parsing ${file.path} takes too many steps`);
    const read = language === 'python' && first.rootNode.hasError ? joined(parser, source, other) : undefined;
    if (read) first.delete();
    const { tree, text } = read ?? { tree: first, text: source };
    const document = { file, root: tree.rootNode };
    const parsed: Parsed = { language, document, source: text, joined: read !== undefined, tree };
    same.push(parsed);
    this.#last.set(nameOf(parsed), parsed);
    return parsed.document;
  }

  #treeOf(parser: Parser, source: string, last: Parsed | undefined): Tree | null {
    if (this.#tooLarge.has(source)) return null;
    const tree = nestsTooDeep(source)
      ? null
      : ((last && parseFrom(parser, last.tree, last.source, source)) ?? parse(parser, source));
    if (!tree) this.#tooLarge.add(source);
    return tree;
  }

  #trim(bytes: number): void {
    let held = 0;
    const versions = new Map<string, number>();
    for (const [text, parsed] of [...this.#parsed].reverse()) {
      const names = parsed.map(nameOf);
      for (const name of names) versions.set(name, (versions.get(name) ?? 0) + 1);
      if (this.#leases.get(text)) continue;
      const latest = names.some((name) => versions.get(name)! <= VERSIONS);
      if (latest) held += text.length * parsed.length;
      if (latest && held < bytes) continue;
      for (const one of parsed) this.#forget(one);
      this.#parsed.delete(text);
      this.#leases.delete(text);
    }
  }

  #forget(parsed: Parsed): void {
    const name = nameOf(parsed);
    if (this.#last.get(name) === parsed) this.#last.delete(name);
    parsed.tree.delete();
  }

  dispose(): void {
    this.#leases.clear();
    this.#trim(0);
  }
}
