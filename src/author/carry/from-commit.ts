import { Failure } from '../../failure.js';
import { languageOf, roleOf } from '../../patch/language.js';
import type { Change, FileChange } from '../../patch/on-tree.js';
import { git } from '../../tree/git.js';
import type { ObjectReader } from '../../tree/object-reader.js';
import { lineageOf } from './lineage-of.js';

const FOREIGN: Readonly<Record<string, string>> = { '120000': 'a symbolic link', '160000': 'a submodule' };

interface Row {
  readonly modes: readonly [string, string];
  readonly blobs: readonly [string, string];
  readonly status: string;
  readonly from: string;
  readonly path: string;
}

/** The files that a commit changes, with renames followed. */
async function rowsOf(dir: string, commit: string): Promise<Row[]> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-abbrev',
    '-M',
    '--root',
    '--no-commit-id',
    '-m',
    '--first-parent',
    commit,
  ];
  const fields = (await git(dir, args)).stdout.toString('utf8').split('\0');
  const rows: Row[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [, oldMode, newMode, oldBlob, newBlob, status] = /^:(\d+) (\d+) (\w+) (\w+) (\w+)$/.exec(
      fields[at]!,
    )!;
    const renamed = /^[RC]/.test(status!);
    const from = fields[at + 1]!;
    const path = renamed ? fields[at + 2]! : from;
    rows.push({ modes: [oldMode!, newMode!], blobs: [oldBlob!, newBlob!], status: status![0]!, from, path });
    at += renamed ? 3 : 2;
  }
  return rows;
}

/**
 * What a commit changes, with all that is needed to merge it elsewhere, read from a repository.
 * @param history whether to look up earlier versions of what it changes: that takes seconds a file.
 */
export async function changeOfCommit(
  dir: string,
  reader: ObjectReader,
  commit: string,
  history = true,
): Promise<Change> {
  const files: FileChange[] = [];
  for (const row of await rowsOf(dir, commit)) files.push(await fileOf(dir, reader, commit, row, history));
  return { files, known: await beside(dir, `${commit}^`, files) };
}

async function fileOf(
  dir: string,
  reader: ObjectReader,
  commit: string,
  row: Row,
  history: boolean,
): Promise<FileChange> {
  const { path, from, modes, blobs, status } = row;
  const text = async (blob: string): Promise<string | undefined> => {
    if (/^0+$/.test(blob)) return undefined;
    const object = await reader.read(blob);
    if (object?.type !== 'blob') {
      throw new Failure(
        'unavailable',
        `the repository has not the bytes of ${path} at ${commit.slice(0, 12)}`,
        {
          next: 'fetch that commit into the mirror',
        },
      );
    }
    return object.bytes.toString('latin1');
  };
  const foreign = modes.map((mode) => FOREIGN[mode]).find((found) => found !== undefined);
  if (foreign !== undefined) return { path, before: undefined, after: undefined, foreign };
  const [before, after] = [status === 'A' ? undefined : await text(blobs[0]), await text(blobs[1])];
  const file = { path, before, after, ...(status === 'R' ? { from } : {}) };
  if ([before, after].some((one) => one?.includes('\0'))) return { ...file, foreign: 'binary bytes' };
  if (before !== undefined && after !== undefined && modes[0] !== modes[1])
    return { ...file, foreign: 'a change of the file mode' };
  if (
    !history ||
    before === undefined ||
    after === undefined ||
    roleOf(path) !== 'code' ||
    languageOf(path) === undefined
  )
    return file;
  const lineage = await lineageOf(dir, reader, `${commit}^`, { path: from, before, after });
  return lineage.size > 0 ? { ...file, lineage } : file;
}

/** The base's other files of the patch's folders and names: none of them is a file of the patch that has moved. */
async function beside(dir: string, base: string, files: readonly FileChange[]): Promise<Set<string>> {
  const { stdout, code } = await git(dir, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', base], {
    accept: [128],
  });
  if (code !== 0) return new Set();
  const names = new Set(files.map(({ path }) => path.split('/').at(-1)!));
  const inside = files.map(({ path }) => path.replace(/\.[^./]*$/, '/'));
  return new Set(
    stdout
      .toString('utf8')
      .split('\0')
      .filter(
        (path) => names.has(path.split('/').at(-1)!) || inside.some((folder) => path.startsWith(folder)),
      ),
  );
}
