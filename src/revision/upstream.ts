import type { Codemod, Evidence, Outcome } from '../codemod/types.js';
import { git } from '../tree/git.js';
import type { Target } from './resolve.js';

/** What is needed of a target to look into its history. */
type Place = Pick<Target, 'dir' | 'commit'>;

/** The newest commit of a log that brings a change and does not take one back, as evidence. */
async function logged(dir: string, args: readonly string[]): Promise<Evidence | undefined> {
  const { stdout } = await git(dir, ['log', '-20', '--format=%H%x00%cs%x00%s', ...args], { accept: [128] });
  for (const line of stdout.toString('utf8').split('\n')) {
    const [ref, date, title] = line.split('\0');
    if (!ref || !date || !title || /^Revert\b/.test(title)) continue;
    return { kind: 'commit', ref, date, note: `upstream has it: ${title}` };
  }
  return undefined;
}

/**
 * The commit by which a revision has what a fix was carried from: the source itself, or one that names its
 * pull request. Undefined where the history at hand holds neither.
 */
export async function upstreamCommit(
  { dir, commit }: Place,
  { references }: Pick<Codemod, 'references'>,
): Promise<Evidence | undefined> {
  const date = references.find((one) => one.date !== undefined)?.date;
  for (const { kind, ref } of references) {
    if (kind === 'commit' && /^[0-9a-f]{40}$/.test(ref)) {
      const { code } = await git(dir, ['merge-base', '--is-ancestor', ref, commit], { accept: [1, 128] });
      if (code === 0) return logged(dir, ['--no-walk', ref]);
    }
    if (kind === 'pull-request' && /^#\d+$/.test(ref)) {
      // What was there before it was written cannot be it.
      const since = date === undefined ? [] : [`--since=${date}T00:00:00Z`];
      const found = await logged(dir, ['--fixed-strings', `--grep=(${ref})`, ...since, commit]);
      if (found) return found;
    }
  }
  return undefined;
}

/**
 * Outcomes of own fixes with what the target's history says of them. What is there now has the commit that
 * brought it. What is missing though upstream had it was taken out or replaced since: to put it there again
 * is for a person to decide.
 */
export function withHistory(target: Place, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  return Promise.all(
    outcomes.map(async (outcome) => {
      const { codemod, verdict } = outcome;
      if (codemod.digest === undefined || (verdict !== 'upstreamed' && verdict !== 'needed')) return outcome;
      const found = await upstreamCommit(target, codemod);
      if (!found) return outcome;
      const by = `${found.ref.slice(0, 12)} of ${found.date}`;
      const evidence = [...outcome.evidence, found];
      if (verdict === 'upstreamed') return { ...outcome, reason: `${outcome.reason}; by ${by}`, evidence };
      const reason = `upstream had it by ${by}, and has taken it out or changed it since (${outcome.reason})`;
      return { ...outcome, verdict: 'drifted', reason, evidence, edits: [] };
    }),
  );
}
