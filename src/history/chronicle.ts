import { Failure } from '../failure.js';
import type { Project } from '../source/project.js';
import { git, gitText } from '../tree/git.js';
import { GitTree } from '../tree/git-tree.js';
import { type Historian, type Question, questionName } from './historian.js';
import { joined, Ledger } from './ledger.js';
import { releasesOn } from './releases.js';
import { dateOf, type Part, type Release, type Timeline, type UpstreamCommit } from './timeline.js';
import { type Branch, statesOf, Walk } from './walk.js';

/** What the chronicle of a project is read from. */
export interface Place {
  readonly project: Project;
  /** The repository that has the line. */
  readonly dir: string;
  /** All of the project's repositories on this machine: releases may be in another one. */
  readonly dirs: readonly string[];
}

async function describe(dir: string, commit: string): Promise<UpstreamCommit> {
  const row = await gitText(dir, ['show', '-s', '--format=%H%x09%ct%x09%s', commit]);
  const [id = '', time = '', ...subject] = row.split('\t');
  return { commit: id, date: dateOf(Number(time)), subject: subject.join('\t') };
}

/** The commits that lead to `to` by first parents, newest first. */
export async function firstParentLine(dir: string, to: string): Promise<string[]> {
  const { stdout } = await git(dir, ['rev-list', '--first-parent', to]);
  return stdout.toString('latin1').trim().split('\n');
}

/** Told how many steps are known. */
type Progress = (done: number) => void;

/** What every fix was at every commit of a line: what is known of it, and the rest walked. */
export class Chronicle {
  constructor(
    readonly historian: Historian,
    readonly place: Place,
    readonly question: Question,
  ) {}

  /**
   * @param start a commit of the line that leads to `to` by first parents
   * @param to a full commit id
   */
  async between(start: string, to: string, progress: Progress = () => {}): Promise<Timeline> {
    const { project, dir } = this.place;
    const all = await firstParentLine(dir, to);
    const from = all.indexOf(start);
    if (from < 0)
      throw new Failure('unavailable', `${start} does not lead to ${to} by first parents in ${dir}`);
    const ids = all.slice(0, from).reverse();
    const first = await describe(dir, start);
    const branches = await this.#branches(start, ids);
    const log = await this.historian.store.log(`${questionName('chronicle', this.question)} ${start}`);
    const ledger = new Ledger(log, start);
    const known = ledger.read(ids);
    const isWhole = known.steps.length === ids.length && Object.keys(known.fixes).length > 0;
    const part = isWhole
      ? known
      : joined(known, await this.historian.alone(() => this.#walk(ledger, first, to, known, branches, progress)));
    const places = new Map([start, ...ids].map((id, index) => [id, index - 1]));
    const releases = await this.#releases(part, branches, places);
    return { project, build: this.question.build, start: first, ...part, releases };
  }

  async #branches(start: string, ids: readonly string[]): Promise<Branch[]> {
    const tags = await releasesOn(new Set([start, ...ids]), start, this.place.dirs);
    return tags.map(({ name, commit, time, parts, dir }) => {
      const tree = new GitTree(dir, commit, this.historian.readers.open(dir));
      return { name, tree, parts, date: dateOf(time) };
    });
  }

  /** Walks on from where what is known ends. */
  async #walk(
    ledger: Ledger,
    first: UpstreamCommit,
    to: string,
    known: Part,
    branches: readonly Branch[],
    progress: Progress,
  ): Promise<Part> {
    const { historian, place, question } = this;
    const last = known.steps.at(-1)?.[0] ?? first.commit;
    const treeAt = (commit: string) => new GitTree(place.dir, commit, historian.readers.open(place.dir));
    const stage = historian.stage(place.project);
    await stage.go(treeAt(last));
    await ledger.resume(last, historian.memory, stage.scene);
    const walk = new Walk(historian, stage, question, branches, known.steps.length);
    await walk.begin(first);
    await walk.along({ dir: place.dir, start: last, to }, treeAt(to), (done) =>
      progress(known.steps.length + done),
    );
    ledger.add(last, walk.part, historian.memory, stage.scene);
    return walk.part;
  }

  /** Every release, those included that came after their part of the line was walked. */
  async #releases(
    { releases }: Part,
    branches: readonly Branch[],
    steps: ReadonlyMap<string, number>,
  ): Promise<Release[]> {
    const { codemods, build, options } = this.question;
    const all: Release[] = [];
    for (const { name, tree, parts, date } of branches) {
      const known = releases.find((one) => one.name === name && one.commit === tree.commit);
      if (known) all.push(known);
      else {
        const outcomes = await this.historian.judge(tree, codemods, build, options);
        const at = steps.get(parts)!;
        all.push({ name, commit: tree.commit, date, at, states: statesOf(outcomes) });
      }
    }
    return all;
  }
}
