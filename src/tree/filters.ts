import { git } from './git.js';

/**
 * Configuration that switches off the filters which a checkout's own configuration sets up (`filter.x.clean`):
 * each is a command, and git runs them when it compares files with its index.
 */
export async function withoutFilters(dir: string): Promise<readonly (readonly [string, string])[]> {
  const pattern = '^filter\\..*\\.(clean|smudge|process|required)$';
  const listed = await git(dir, ['config', '-z', '--name-only', '--get-regexp', pattern], { accept: [1] });
  const names = new Set(listed.stdout.toString('utf8').split('\0'));
  names.delete('');
  return [...names].map((name) => [name, name.endsWith('.required') ? 'false' : '']);
}
