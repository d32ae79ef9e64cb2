import { Failure } from '../failure.js';
import type { Target } from '../revision/resolve.js';
import type { Project } from '../source/project.js';
import { gitText } from '../tree/git.js';
import { GitTree } from '../tree/git-tree.js';
import { type Historian, type Question, questionName } from './historian.js';
import { joined, Ledger } from './ledger.js';
import { firstParents, forkOf } from './place.js';
import { releasesOn } from './releases.js';
import { after, dateOf, type Part, type Release, type Timeline, type UpstreamCommit } from './timeline.js';
import { type Branch, statesOf, Walk } from './walk.js';

/** What the chronicle of a project is read from. */
export interface Place {
  readonly project: Project;
  /** The repository that has the line. */
  readonly dir: string;
  /** All of the project's repositories on this machine: releases may be in another one. */
  readonly dirs: readonly string[];
}

export async function describeCommit(dir: string, commit: string): Promise<UpstreamCommit> {
  const row = await gitText(dir, ['show', '-s', '--format=%H%x09%ct%x09%s', commit]);
  const [id = '', time = '', ...subject] = row.split('\t');
  return { commit: id, date: dateOf(Number(time)), subject: subject.join('\t') };
}

/** Told how many steps are known. */
export type Progress = (done: number) => void;

/** What every fix was at every commit of a line: what is known of it, and the rest walked. */
export class Chronicle {
  constructor(
    readonly historian: Historian,
    readonly place: Place,
    readonly question: Question,
  ) {}

  /**
   * From one target to another: on the line that leads to `to`, from where `from`'s own commits part from it.
   * Undefined where the history at hand does not hold both.
   * @param starts commits of which longer chronicles may be at hand
   */
  async since(
    from: Target,
    to: Target,
    starts: readonly string[],
    progress?: Progress,
  ): Promise<Timeline | undefined> {
    const line = await firstParents(this.place.dir, to.commit);
    const fork = await forkOf(from, new Set(line));
    if (fork === undefined) return undefined;
    const at = line.indexOf(fork);
    for (const start of starts) {
      const begin = line.indexOf(start);
      if (begin <= at) continue;
      const known = (await this.#ledger(start)).read(line.slice(0, begin).reverse()).steps.length;
      if (known > 0) return after(await this.#write(start, line, progress), begin - at - 1);
    }
    return this.#write(fork, line, progress);
  }

  /**
   * @param start a commit of the line that leads to `to` by first parents
   * @param to a full commit id
   */
  async between(start: string, to: string, progress?: Progress): Promise<Timeline> {
    return this.#write(start, await firstParents(this.place.dir, to), progress);
  }

  async #ledger(start: string): Promise<Ledger> {
    const name = `${questionName('chronicle', this.question)} ${start}`;
    return new Ledger(await this.historian.store.log(name), start);
  }

  /** @param line first parents, newest first */
  async #write(start: string, line: readonly string[], progress: Progress = () => {}): Promise<Timeline> {
    const { project, dir } = this.place;
    const from = line.indexOf(start);
    if (from < 0) {
      throw new Failure('unavailable', `${start} does not lead to ${line[0]} by first parents in ${dir}`);
    }
    const ids = line.slice(0, from).reverse();
    const [first, branches, ledger] = await Promise.all([
      describeCommit(dir, start),
      this.#branches(start, ids),
      this.#ledger(start),
    ]);
    const known = ledger.read(ids);
    const isWhole = known.steps.length === ids.length && Object.keys(known.fixes).length > 0;
    const walked = () => this.#walk(ledger, first, line[0]!, known, branches, progress);
    const part = isWhole ? known : joined(known, await this.historian.alone(walked));
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
      const at = steps.get(parts)!;
      // On another line than it was judged for, it may part elsewhere.
      if (known) all.push({ ...known, at });
      else {
        const outcomes = await this.historian.judge(tree, codemods, build, options);
        all.push({ name, commit: tree.commit, date, at, states: statesOf(outcomes) });
      }
    }
    return all;
  }
}
