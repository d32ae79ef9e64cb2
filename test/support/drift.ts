import fc from 'fast-check';
import { indentAt, lineStart, newlineOf } from '../../src/source/text.js';
import { readCMake } from '../../src/syntax/cmake.js';
import type { Node } from '../../src/syntax/document.js';
import type { Documents } from '../../src/syntax/parser.js';
import { descendants, walk } from '../../src/syntax/query.js';

/** Changes that keep a source file's meaning, as upstream makes them every day. */

export type Files = Readonly<Record<string, string>>;
type Kind = 'blank' | 'comment' | 'trailing' | 'indent' | 'crlf' | 'swap' | 'move' | 'cut' | 'repeat';
export interface Drift {
  readonly kind: Kind;
  /** Chooses among the places that the kind has. */
  readonly seed: number;
}

export const drifts = (...kinds: Kind[]): fc.Arbitrary<readonly Drift[]> =>
  fc.array(fc.record({ kind: fc.constantFrom(...kinds), seed: fc.nat() }), { minLength: 1, maxLength: 5 });

type Style = 'c' | 'python' | 'cmake';

function styleOf(path: string): Style | undefined {
  if (/\.(?:cu|cuh|h|hpp|cpp|cc)$/.test(path)) return 'c';
  if (path.endsWith('.py')) return 'python';
  return /(?:CMakeLists\.txt|\.cmake)$/.test(path) ? 'cmake' : undefined;
}

const COMMENTS: Readonly<Record<Style, readonly string[]>> = {
  c: ['// a note', '/* a note\n   over two lines */', '// 注意 🚀'],
  python: ['# a note', '# 注意 🚀'],
  cmake: ['# a note'],
};

/** Ranges of what stands on lines of its own: statements, or commands. */
function statements(root: Node | undefined, text: string): readonly { start: number; end: number }[] {
  const ranges = root
    ? [...walk(root)]
        .filter(
          ({ type }) =>
            /(?:_statement|_definition|declaration|_clause)$/.test(type) &&
            !/parameter|init|preproc/.test(type),
        )
        .map((node) => ({ start: node.startIndex, end: node.endIndex }))
    : readCMake(text).commands;
  return ranges.filter(({ start }) => text.slice(lineStart(text, start), start).trim() === '');
}

const insert = (text: string, at: number, piece: string): string =>
  text.slice(0, at) + piece + text.slice(at);
const bytes = (unicode: string): string => Buffer.from(unicode, 'utf8').toString('latin1');

/** Two neighbours that are functions, in each other's place. */
function swapped(root: Node, text: string, seed: number): string {
  const pairs = descendants(root, 'function_definition', 'template_declaration').flatMap((node) => {
    const next = node.nextNamedSibling;
    const named = (own: Node) => own.childForFieldName('name')?.text;
    const same =
      next && next.type === node.type && (named(next) === undefined || named(next) !== named(node));
    return same && !node.hasError && !next.hasError ? [[node, next] as const] : [];
  });
  const pair = pairs[seed % (pairs.length || 1)];
  if (!pair) return text;
  const [first, second] = pair;
  const piece = (node: Node) => text.slice(node.startIndex, node.endIndex);
  return (
    text.slice(0, first.startIndex) +
    piece(second) +
    text.slice(first.endIndex, second.startIndex) +
    piece(first) +
    text.slice(second.endIndex)
  );
}

/** Text with a token or a line taken out, or there twice: no meaning is kept. */
function broken(text: string, kind: 'cut' | 'repeat', seed: number): string {
  const pieces = text.match(seed % 2 === 0 ? /[^\n]*\n|[^\n]+$/g : /\w+|\s+|[^\w\s]/g) ?? [];
  const at = Math.floor(seed / 2) % (pieces.length || 1);
  const replacement = kind === 'cut' ? [] : [pieces[at] ?? '', pieces[at] ?? ''];
  return pieces.toSpliced(at, 1, ...replacement).join('');
}

async function editText(
  path: string,
  text: string,
  { kind, seed }: Drift,
  documents: Documents,
): Promise<string> {
  const style = styleOf(path);
  if (kind === 'cut' || kind === 'repeat') return broken(text, kind, seed);
  if (kind === 'crlf') return text.replace(/\r?\n/g, '\r\n');
  if (!style) return text;
  if (kind === 'indent') return text.replace(/^(?: {2})+/gm, (blanks) => blanks.repeat(2));
  const parsed =
    style === 'cmake' ? undefined : await documents.parse({ path, text }, style === 'c' ? 'cuda' : 'python');
  if (kind === 'swap') return parsed ? swapped(parsed.root, text, seed) : text;
  const places = statements(parsed?.root, text);
  const place = places[seed % (places.length || 1)];
  if (!place) return text;
  const comment = COMMENTS[style][seed % COMMENTS[style].length]!;
  const eol = newlineOf(text);
  if (kind === 'trailing') {
    const atEnd = /^[ \t]*\r?(?:\n|$)/.test(text.slice(place.end));
    return atEnd ? insert(text, place.end, bytes(`  ${comment.replace(/\n[\s\S]*/, ' */')}`)) : text;
  }
  const line = lineStart(text, place.start);
  const piece =
    kind === 'blank'
      ? eol
      : bytes(comment)
          .split('\n')
          .map((own) => `${indentAt(text, place.start)}${own}${eol}`)
          .join('');
  return insert(text, line, piece);
}

/** A drift made on one of the files (all of them for line ends and indentation). */
export async function drifted(files: Files, drift: Drift, documents: Documents): Promise<Files> {
  const paths = Object.keys(files).sort();
  const one = paths[drift.seed % paths.length]!;
  if (drift.kind === 'move') {
    const { [one]: text, ...rest } = files;
    const target = one.replace(/([^/]+)$/, 'moved/$1');
    const name = one.slice(one.lastIndexOf('/') + 1);
    // A build that lists its sources by path moves with them.
    const listed = paths.some(
      (path) => styleOf(path) === 'cmake' && (path === one || files[path]!.includes(name)),
    );
    const fixed = listed || !styleOf(one) || !one.includes('/');
    return fixed || target in files ? files : { ...rest, [target]: text! };
  }
  const chosen = drift.kind === 'crlf' || drift.kind === 'indent' ? paths : [one];
  const edited = await Promise.all(
    chosen.map(async (path) => [path, await editText(path, files[path]!, drift, documents)]),
  );
  return { ...files, ...Object.fromEntries(edited) };
}
