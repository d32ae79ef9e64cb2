import type { Codemod, Evidence } from '../codemod/types.js';
import { git } from '../tree/git.js';
import type { Target } from './resolve.js';

/** The first line of a log of one commit, as evidence. */
async function logged(dir: string, args: readonly string[]): Promise<Evidence | undefined> {
  const { code, stdout } = await git(dir, ['log', '-1', '--format=%H%x00%cs%x00%s', ...args], {
    accept: [128],
  });
  const [ref, date, title] = stdout.toString('utf8').trim().split('\0');
  if (code !== 0 || !ref || !date) return undefined;
  return { kind: 'commit', ref, date, note: `upstream has it: ${title}` };
}

/**
 * The commit by which a revision has what a fix was carried from: the source itself, or one that names its
 * pull request. Undefined where the history at hand holds neither.
 */
export async function upstreamCommit(
  { dir, commit }: Pick<Target, 'dir' | 'commit'>,
  { references }: Pick<Codemod, 'references'>,
): Promise<Evidence | undefined> {
  for (const { kind, ref } of references) {
    if (kind === 'commit' && /^[0-9a-f]{40}$/.test(ref)) {
      const args = ['merge-base', '--is-ancestor', ref, commit];
      if ((await git(dir, args, { accept: [1, 128] })).code === 0) return logged(dir, [ref]);
    }
    if (kind === 'pull-request' && /^#\d+$/.test(ref)) {
      const found = await logged(dir, ['--fixed-strings', `--grep=(${ref})`, commit]);
      if (found) return found;
    }
  }
  return undefined;
}
