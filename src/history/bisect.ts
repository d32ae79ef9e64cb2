import type { Build, Codemod, Outcome } from '../codemod/types.js';
import type { Target } from '../target/resolve.js';
import { git } from '../tree/git.js';
import { GitTree } from '../tree/git-tree.js';
import type { FixChange, UpstreamCommit } from './compare.js';
import type { Historian } from './historian.js';

/** More commits than this between two revisions are not looked through. */
const FARTHEST = 100_000;

interface Step {
  readonly commit: string;
  readonly date: string;
  readonly subject: string;
}

/** Commits that `to` has and `from` has not, and that touch `paths`; the oldest first. */
async function stepsBetween(
  dir: string,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<Step[]> {
  const { code, stdout } = await git(
    dir,
    [
      'log',
      '--reverse',
      '--topo-order',
      '--format=%H%x09%cs%x09%s',
      `--max-count=${FARTHEST}`,
      to,
      `^${from}`,
      '--',
      ...paths.map((path) => `:(literal)${path}`),
    ],
    { accept: [128] },
  );
  if (code !== 0) return [];
  return stdout
    .toString('utf8')
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => {
      const [commit = '', date = '', ...subject] = row.split('\t');
      return { commit, date, subject: subject.join('\t') };
    });
}

const pathsOf = (...outcomes: readonly Outcome[]): string[] => [
  ...new Set(outcomes.flatMap(({ sites, edits }) => [...sites, ...edits].map(({ path }) => path))),
];

/**
 * The first commit on the way from one revision to another from which on a fix has the verdict that it has
 * at the end. Undefined where the history at hand does not hold both, where the places of the fix are not
 * known, or where the verdict did not come about by one commit that touches them.
 */
export class Bisection {
  constructor(
    readonly from: Target,
    readonly to: Target,
    readonly build: Build,
    readonly historian: Historian,
  ) {}

  async because({ from, to, kind }: FixChange): Promise<UpstreamCommit | undefined> {
    if (kind === 'edit-changed' || this.from.dir !== this.to.dir) return undefined;
    const paths = pathsOf(from.outcome, to.outcome);
    if (paths.length === 0) return undefined;
    const steps = await stepsBetween(this.to.dir, this.from.commit, this.to.commit, paths);
    const { codemod, verdict } = to.outcome;
    let low = 0;
    let high = steps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((await this.#verdictAt(steps[middle]!.commit, codemod)) === verdict) high = middle;
      else low = middle + 1;
    }
    const found = steps[low];
    if (!found) return undefined;
    const before = await this.#verdictAt(`${found.commit}^`, codemod);
    const after = await this.#verdictAt(found.commit, codemod);
    return after === verdict && before !== verdict ? found : undefined;
  }

  async #verdictAt(revision: string, codemod: Codemod): Promise<string | undefined> {
    const { code, stdout } = await git(
      this.to.dir,
      ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`],
      { accept: [1, 128] },
    );
    if (code !== 0) return undefined;
    const tree = new GitTree(this.to.dir, stdout.toString('utf8').trim());
    try {
      return (await this.historian.judge(tree, [codemod], this.build))[0]?.verdict;
    } finally {
      tree.close();
    }
  }
}
