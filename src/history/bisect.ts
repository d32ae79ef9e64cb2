import type { Codemod, Outcome } from '../codemod/types.js';
import type { Target } from '../revision/resolve.js';
import type { Build } from '../source/build.js';
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
      return { commit, date, subject: subject.join('\t').trim() };
    });
}

const pathsOf = (...outcomes: readonly Outcome[]): string[] => [
  ...new Set(outcomes.flatMap(({ sites, edits }) => [...sites, ...edits].map(({ path }) => path))),
];

type Mark = (outcome: Outcome) => string;

const verdictOf: Mark = ({ verdict }) => verdict;

/** What a fix edits and where, without offsets: they move with every commit. */
const editOf: Mark = ({ verdict, edits }) =>
  JSON.stringify([verdict, edits.map(({ path, text }) => [path, text])]);

/**
 * The first commit on the way from one revision to another from which on a fix has the verdict (or makes the
 * edit) that it has at the end. Undefined where the history at hand does not hold both, where the places of
 * the fix are not known, or where it did not come about by one commit that touches them.
 */
export class Bisection {
  constructor(
    readonly from: Target,
    readonly to: Target,
    readonly build: Build,
    readonly historian: Historian,
  ) {}

  /** For one change of a comparison: the commit since which the verdict, or else the edit, is as it is. */
  async because({ from, to, kind }: FixChange): Promise<UpstreamCommit | undefined> {
    const mark = kind === 'edit-changed' ? editOf : verdictOf;
    return this.#first(from.outcome, to.outcome, mark);
  }

  /** For a fix, given what was found at both ends. */
  async between(
    codemod: Codemod,
    from: readonly Outcome[],
    to: readonly Outcome[],
  ): Promise<UpstreamCommit | undefined> {
    const of = (outcomes: readonly Outcome[]) => outcomes.find((outcome) => outcome.codemod === codemod);
    const [before, after] = [of(from), of(to)];
    return before && after && this.#first(before, after, verdictOf);
  }

  async #first(from: Outcome, to: Outcome, mark: Mark): Promise<UpstreamCommit | undefined> {
    const dir = await this.#dir();
    if (dir === undefined) return undefined;
    const { codemod } = to;
    const goal = mark(to);
    const reached = async (revision: string): Promise<boolean> => {
      const outcome = await this.#outcomeAt(dir, revision, codemod);
      return outcome !== undefined && mark(outcome) === goal;
    };
    const paths = pathsOf(from, to);
    if (paths.length === 0) return undefined;
    const steps = await stepsBetween(dir, this.from.commit, this.to.commit, paths);
    let low = 0;
    let high = steps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (await reached(steps[middle]!.commit)) high = middle;
      else low = middle + 1;
    }
    const found = steps[low];
    if (!found) return undefined;
    return (await reached(found.commit)) && !(await reached(`${found.commit}^`)) ? found : undefined;
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

  async #outcomeAt(dir: string, revision: string, codemod: Codemod): Promise<Outcome | undefined> {
    const { code, stdout } = await git(dir, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
      accept: [1, 128],
    });
    if (code !== 0) return undefined;
    const tree = new GitTree(dir, stdout.toString('utf8').trim());
    try {
      return (await this.historian.judge(tree, [codemod], this.build))[0];
    } finally {
      tree.close();
    }
  }
}
