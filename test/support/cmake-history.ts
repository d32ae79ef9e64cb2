import { execFileSync } from 'node:child_process';
import type { SourceFile } from '../../src/source/file.js';
import { CMAKE_FILES } from '../../src/syntax/cmake.js';
import { MIRRORS } from './mirrors.js';

/** v0.9.0, the first revision that the product knows. */
const START = '58738772410c5e0d60b61db39538a9b313d2d7ad';
/** Tags from v0.9 on, those of release branches too. */
const TAG = /^v(?:0\.(?:9|[1-9]\d)|[1-9]\d*)\./;

/** A set of CMake files as it stood at some revision. */
export interface CMakeSet {
  /** The first revision that was seen with it. */
  readonly revision: string;
  readonly files: readonly SourceFile[];
}

const git = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-C', dir, ...args], {
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString('latin1');

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

function revisionsOf(dir: string): string[] {
  const paths = ['--', 'CMakeLists.txt', 'cmake'];
  const commits = lines(git(dir, 'rev-list', '--first-parent', '--reverse', `${START}..HEAD`, ...paths));
  const tags = lines(git(dir, 'tag', '--no-merged', START)).filter((tag) => TAG.test(tag));
  return [START, ...commits, ...tags.map((tag) => `refs/tags/${tag}`)];
}

function has(dir: string, revision: string): boolean {
  try {
    git(dir, 'cat-file', '-e', revision);
    return true;
  } catch {
    return false;
  }
}

/** Every distinct set of CMake files of vLLM since v0.9.0, in the mirrors: main's history and the tags. */
export function cmakeHistory(): CMakeSet[] {
  const sets = new Map<string, CMakeSet>();
  const texts = new Map<string, string>();
  for (const dir of (MIRRORS.get('vllm') ?? []).filter((mirror) => has(mirror, START))) {
    for (const revision of revisionsOf(dir)) {
      const listing = lines(git(dir, 'ls-tree', '-r', revision, '--', 'CMakeLists.txt', 'cmake'));
      const entries = listing
        .map((line) => /^\d+ blob (\w+)\t(.*)$/.exec(line))
        .flatMap((match) => (match && CMAKE_FILES.test(match[2]!) ? [[match[2]!, match[1]!] as const] : []));
      const key = JSON.stringify(entries);
      if (sets.has(key)) continue;
      const files = entries.map(([path, oid]) => {
        if (!texts.has(oid)) texts.set(oid, git(dir, 'cat-file', 'blob', oid));
        return { path, text: texts.get(oid)! };
      });
      sets.set(key, { revision, files });
    }
  }
  return [...sets.values()];
}
