import type { SourceFile } from './file.js';
import type { SourceTree } from './tree.js';

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

/** Every file of the same kind in or below the folders of some paths, whatever it is called. */
function beside(paths: readonly string[]): RegExp {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const forms = paths.map((path) => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return `${literal(folder)}.*${literal(/\.\w+$/.exec(path)?.[0] ?? '')}`;
  });
  return new RegExp(`^(?:${[...new Set(forms)].join('|')})$`);
}

/**
 * All files that play the role. An empty list means that the tree has none: neither at a known path, nor where
 * the search looks, nor under another name in or below the folders of the known paths.
 */
export async function locate(context: HasTree, { known, search: where, holds }: Role): Promise<SourceFile[]> {
  const here = (await readAll(context, known)).filter((file) => holds.test(file.text));
  if (here.length > 0) return here;
  const found = where ? await search(context, where, holds) : [];
  return found.length > 0 || known.length === 0 ? found : search(context, beside(known), holds);
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

/** Files under paths that match, and that hold `content`. */
export async function search(context: HasTree, paths: RegExp, content: RegExp): Promise<SourceFile[]> {
  return (await readAll(context, await matching(context.tree, paths))).filter((file) =>
    content.test(file.text),
  );
}
