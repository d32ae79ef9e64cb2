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

  /** For one change of a comparison; two edits that differ have no one commit behind them. */
  async because({ from, to, kind }: FixChange): Promise<UpstreamCommit | undefined> {
    if (kind === 'edit-changed') return undefined;
    return this.#first(from.outcome, to.outcome);
  }

  /** For a fix, given what was found at both ends. */
  async between(
    codemod: Codemod,
    from: readonly Outcome[],
    to: readonly Outcome[],
  ): Promise<UpstreamCommit | undefined> {
    const of = (outcomes: readonly Outcome[]) => outcomes.find((outcome) => outcome.codemod === codemod);
    const [before, after] = [of(from), of(to)];
    return before && after && this.#first(before, after);
  }

  async #first(from: Outcome, to: Outcome): Promise<UpstreamCommit | undefined> {
    const dir = await this.#dir();
    if (dir === undefined) return undefined;
    const { codemod, verdict } = to;
    const paths = pathsOf(from, to);
    if (paths.length === 0) return undefined;
    const steps = await stepsBetween(dir, this.from.commit, this.to.commit, paths);
    let low = 0;
    let high = steps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((await this.#verdictAt(dir, steps[middle]!.commit, codemod)) === verdict) high = middle;
      else low = middle + 1;
    }
    const found = steps[low];
    if (!found) return undefined;
    const before = await this.#verdictAt(dir, `${found.commit}^`, codemod);
    const after = await this.#verdictAt(dir, found.commit, codemod);
    return after === verdict && before !== verdict ? found : undefined;
  }

  /** The mirror that holds both ends. */
  async #dir(): Promise<string | undefined> {
    for (const { dir } of [this.to, this.from]) {
      const ends = [this.from.commit, this.to.commit].map((commit) =>
        git(dir, ['cat-file', '-e', `${commit}^{commit}`], { accept: [1, 128] }),
      );
      if ((await Promise.all(ends)).every(({ code }) => code === 0)) return dir;
    }
    return undefined;
  }

  async #verdictAt(dir: string, revision: string, codemod: Codemod): Promise<string | undefined> {
    const { code, stdout } = await git(dir, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
      accept: [1, 128],
    });
    if (code !== 0) return undefined;
    const tree = new GitTree(dir, stdout.toString('utf8').trim());
    try {
      return (await this.historian.judge(tree, [codemod], this.build))[0]?.verdict;
    } finally {
      tree.close();
    }
  }
}
