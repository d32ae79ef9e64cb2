import { Failure } from '../failure.js';

/** Characters that HFS+ leaves out of a name when it looks it up: `.g<U+200C>it` is `.git` there. */
const IGNORED = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** `.git` as any file system may read it: case, NTFS short name, stream, trailing blanks and dots. */
function isGitFolder(part: string): boolean {
  const plain = part
    .replace(IGNORED, '')
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[ .]+$/, '');
  return plain === '.git' || /^git~\d+$/.test(plain);
}

/** Why a tree's path cannot name a file below the tree on any disk, or undefined where it can. */
export function faultOfPath(path: string): string | undefined {
  if (/[\x00-\x1f\x7f-\x9f]/.test(path)) return 'a control character';
  if (path.includes('\ufffd')) return 'bytes that are no UTF-8';
  if (path.includes('\\')) return 'a backslash';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'an absolute path';
  for (const part of path.split('/')) {
    if (part === '') return 'an empty part';
    if (part === '.' || part === '..') return `the part "${part}"`;
    if (isGitFolder(part)) return 'git’s own folder';
  }
  return undefined;
}

/** The path itself. Throws an `unavailable` Failure that names it where it could leave the tree. */
export function checkPath(path: string, where: string): string {
  const fault = faultOfPath(path);
  if (fault === undefined) return path;
  throw new Failure('unavailable', `${where} has an entry ${JSON.stringify(path)}: ${fault}`, {
    why: 'the tree was made to write outside of its folder',
    next: 'do not use this tree; upstream has no such entry',
  });
}
