import type { Objects } from './object-reader.js';

/** A regular file: its mode and the id of its blob. */
export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
}

/** One path that is not the same in two trees. A side without an entry has no regular file there. */
export interface Change {
  readonly path: string;
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
}

/** The names in one folder, in git's order. */
type Folder = ReadonlyMap<string, TreeEntry>;

const EMPTY: Folder = new Map();
const isFolder = (entry: TreeEntry | undefined): entry is TreeEntry => entry?.mode === '40000';
/** Links and submodules are not source. */
const fileOf = (entry: TreeEntry | undefined): TreeEntry | undefined =>
  entry?.mode.startsWith('100') ? entry : undefined;

/** Reads a tree object: `<mode> <name>\0<id>`, again and again. */
function readFolder(bytes: Buffer, idLength: number): Folder {
  const folder = new Map<string, TreeEntry>();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, blank);
    const next = end + 1 + idLength;
    folder.set(bytes.toString('utf8', blank + 1, end), {
      mode: bytes.toString('latin1', at, blank),
      oid: bytes.toString('hex', end + 1, next),
    });
    at = next;
  }
  return folder;
}

/**
 * What differs from one tree to another, from their tree objects: folders of the same id are not looked into.
 * @param before, after ids of trees or commits
 */
export async function differences(reader: Objects, before: string, after: string): Promise<Change[]> {
  const read = async (name: string | undefined): Promise<Folder> => {
    if (name === undefined) return EMPTY;
    const object = await reader.read(name);
    if (object?.type !== 'tree') throw new Error(`${name} is not a tree`);
    return readFolder(object.bytes, object.oid.length / 2);
  };
  const below = async (
    was: string | undefined,
    is: string | undefined,
    prefix: string,
  ): Promise<Change[]> => {
    const [old, now] = await Promise.all([read(was), read(is)]);
    const parts = [...new Set([...old.keys(), ...now.keys()])].map((name): Change[] | Promise<Change[]> => {
      const [from, to] = [old.get(name), now.get(name)];
      if (from?.oid === to?.oid && from?.mode === to?.mode) return [];
      const path = prefix + name;
      const own = { path, before: fileOf(from), after: fileOf(to) };
      const changes = own.before || own.after ? [own] : [];
      if (!isFolder(from) && !isFolder(to)) return changes;
      const inside = below(
        isFolder(from) ? from.oid : undefined,
        isFolder(to) ? to.oid : undefined,
        `${path}/`,
      );
      return inside.then((more) => [...changes, ...more]);
    });
    return (await Promise.all(parts)).flat();
  };
  return below(`${before}^{tree}`, `${after}^{tree}`, '');
}
