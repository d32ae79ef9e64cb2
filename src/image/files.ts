import { mkdir, open, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.js';
import { PACKAGES } from '../installed/packages.js';
import { readTar, type TarMember } from './tar-reader.js';

/** The packages of an image, copied out of it: enough to judge and to patch them, and nothing else. */
export interface ImageFiles {
  /** Folder that stands for the image's `/`. */
  readonly dir: string;
  /** Folders of packages in the image, without `/` in front. */
  readonly sites: readonly string[];
  /** Every member of the packages, by path: owners and modes cannot be kept in `dir` by everybody. */
  readonly members: ReadonlyMap<string, TarMember>;
}

const FOLDERS = PACKAGES.map(({ folder }) => folder).join('|');
const INFOS = PACKAGES.map(({ distribution }) => distribution.replaceAll('-', '_')).join('|');
/** `usr/local/lib/python3.12/dist-packages/vllm/…`, and the folder of metadata beside it. */
const OWN = new RegExp(
  `^((?:[^/]+/)*(?:site|dist)-packages)/(?:(?:${FOLDERS})|(?:${INFOS})(?:_\\w+)?-[^/]*\\.dist-info)(?:/|$)`,
  'i',
);

const isSafe = (path: string): boolean => !path.split('/').some((part) => part === '..' || part === '');

async function fileSink(
  path: string,
): Promise<{ sink: (piece: Buffer) => Promise<void>; close: () => Promise<void> }> {
  await mkdir(dirname(path), { recursive: true });
  // `wx`: nothing that an image names is written through, or over, what is there.
  const file = await open(path, 'wx');
  return { sink: async (piece) => void (await file.writeFile(piece)), close: () => file.close() };
}

/** A link is put there at last, and points nowhere: nothing is written through it, and it is seen to be one. */
async function putLinks(dir: string, members: Iterable<TarMember>): Promise<void> {
  for (const { path, type } of members) {
    if (type !== 'symlink') continue;
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await symlink('a-link-of-the-image', join(dir, path)).catch(() => {});
  }
}

/** Copies the packages out of the tar of an image's files, into `dir`. Bytecode is noted, and not copied. */
export async function filesOf(stream: AsyncIterable<Buffer>, dir: string): Promise<ImageFiles> {
  const members = new Map<string, TarMember>();
  const sites = new Set<string>();
  let close = async (): Promise<void> => {};
  try {
    await readTar(stream, async (member) => {
      await close();
      close = async () => {};
      const site = OWN.exec(member.path)?.[1];
      if (site === undefined || !isSafe(member.path) || members.has(member.path)) return undefined;
      if (member.type === 'hardlink') {
        throw new Failure('tree', `${member.path} of the image is a hard link to ${member.link}`, {
          why: 'a package manager linked the package to its cache',
          next: 'install it with copies (for uv: --link-mode copy)',
        });
      }
      sites.add(site);
      members.set(member.path, member);
      if (member.type === 'folder') await mkdir(join(dir, member.path), { recursive: true });
      if (member.type !== 'file' || member.path.endsWith('.pyc')) return undefined;
      const file = await fileSink(join(dir, member.path));
      close = file.close;
      return file.sink;
    });
  } finally {
    await close();
  }
  await putLinks(dir, members.values());
  return { dir, sites: [...sites].sort(), members };
}

/** Names of the packages in a folder of packages, as targets. */
export async function targetsIn({ dir }: ImageFiles, site: string): Promise<string[]> {
  const names = await readdir(join(dir, site));
  return PACKAGES.filter(({ folder }) => names.includes(folder)).map(({ project }) => `${project}@installed`);
}
