import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inject } from 'vitest';
import { tempFolder } from './temp.js';

export { gitIn } from './git.js';

/** A git repository of the miniature vLLM tree, with the tag `mini`: made once, copied for each test. */
export function miniRepository(below: string = tempFolder()): { dir: string; commit: string } {
  const dir = join(below, 'upstream');
  const { dir: made, commit } = inject('miniRepository');
  cpSync(made, dir, { recursive: true });
  return { dir, commit };
}

/** Every file below a folder but those of git, with its bytes: two equal snapshots are equal trees. */
export function snapshot(dir: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = relative(dir, join(entry.parentPath, entry.name));
    if (entry.isFile() && path !== '.git' && !path.startsWith('.git/')) {
      files[path] = readFileSync(join(dir, path), 'latin1');
    }
  }
  return files;
}
