import { hasContent } from './content.js';
import type { SourceFile } from './file.js';
import type { SourceTree, Where } from './tree.js';

/** What has a tree to look into: a judge's context. */
interface HasTree {
  readonly tree: SourceTree;
}

/** Where a file that plays a role may be. Files move: known paths first, then a search by name and content. */
export interface Role {
  /** Known paths, newest first. */
  readonly known: readonly string[];
  /** Where to search, by path, if none of the known ones is there. */
  readonly search?: RegExp;
  /** What the file must hold to be the one. */
  readonly holds: RegExp;
}

/** All files that play the role. An empty list means that the tree has none. */
export async function locate(context: HasTree, role: Role): Promise<SourceFile[]> {
  const holders = await holding(context.tree, role.known, role.holds);
  if (holders.length > 0) return [...holders, ...(await partsOf(context.tree, holders, role.holds))];
  if (role.search) return search(context, role.search, role.holds);
  return isTelling(role.holds) ? holding(context.tree, elsewhere(role.known.join(' ')), role.holds) : [];
}

/**
 * The tree's paths that match. Ask for them here and not with `paths()`: a remembered verdict then depends
 * on these paths alone, and not on every file of the tree.
 */
export async function matching(tree: SourceTree, pattern: RegExp): Promise<readonly string[]> {
  return tree.matching?.(pattern) ?? (await tree.paths()).filter((path) => pattern.test(path));
}

export async function readAll({ tree }: HasTree, paths: readonly string[]): Promise<SourceFile[]> {
  const files = await Promise.all(paths.map((path) => tree.read(path)));
  return files.filter((file): file is SourceFile => file !== undefined);
}

/**
 * The files of some paths that hold `content`, in the order of the paths. A remembered verdict depends on
 * which they are and on what is in them, and not on those that were looked into in vain.
 */
export async function holding(tree: SourceTree, where: Where, content: RegExp): Promise<SourceFile[]> {
  if (tree.holding) return [...(await tree.holding(where, content))];
  const paths = where instanceof RegExp ? await matching(tree, where) : where;
  return (await readAll({ tree }, paths)).filter((file) => hasContent(file.text, content));
}

/** Folders that hold no code of the product. */
const APART = '(?:.*/)?(?:tests?|docs?|benchmarks?|examples?|tools|scripts)/';
/** All Python of the product: what is looked through where a file is not where it was. */
export const PYTHON = new RegExp(`^(?!${APART}|\\.).*\\.py$`);
const CPP = new RegExp(`^(?!${APART}|\\.).*\\.(?:cuh?|h|hpp|inl|cpp|cc)$`);

/** All source of the language that `paths` is about. */
const elsewhere = (paths: string): RegExp => (/\bpy\b/.test(paths) ? PYTHON : CPP);

/** A content that could be of one file only: it holds a name that is long enough, or defines one. */
const isTelling = ({ source }: RegExp): boolean =>
  /\w{10}|\b(?:def|class) \w{6}/.test(source.replace(/\\[bswd]/g, ' '));

/**
 * Files under paths that match, and that hold `content`. Files move: where none does, and the content tells the
 * file, all source of that language is looked through.
 */
export async function search({ tree }: HasTree, paths: RegExp, content: RegExp): Promise<SourceFile[]> {
  const found = await holding(tree, paths, content);
  if (found.length > 0) return [...found, ...(await partsOf(tree, found, content))];
  return isTelling(content) ? holding(tree, elsewhere(paths.source), content) : [];
}

/** What takes in a file of the same folder. */
const TAKES_IN = /^[ \t]*(?:#[ \t]*include[ \t]+"(\w+\.\w+)"|from \.(\w+) import\b)/gm;

/** Files of the content that others were split into: taken in by them, and named after them. */
async function partsOf(
  tree: SourceTree,
  files: readonly SourceFile[],
  content: RegExp,
): Promise<readonly SourceFile[]> {
  const paths = files.flatMap(({ path, text }) => {
    const [, folder = '', stem = ''] = /^(.*\/)?([^/]+)\.\w+$/.exec(path) ?? [];
    if (!text.includes(`${stem}_`)) return [];
    const names = [...text.matchAll(TAKES_IN)].map(([, included, imported]) => included ?? `${imported}.py`);
    return names.filter((name) => name.startsWith(`${stem}_`)).map((name) => folder + name);
  });
  const fresh = paths.filter((path) => !files.some((file) => file.path === path));
  return fresh.length === 0 ? [] : holding(tree, [...new Set(fresh)], content);
}
