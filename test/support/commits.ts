import { execFileSync } from 'node:child_process';
import { gitEnvironment } from '../../src/tree/git-environment.js';
import { gitIn } from './git.js';
import type { Files } from './scene.js';
import { tempFolder } from './temp.js';

interface Made {
  readonly mark: number;
  readonly subject: string;
  readonly files: Files;
  readonly parents: readonly number[];
}

/** A repository that is written commit by commit, each with all of its files, and imported at once. */
export class Commits {
  readonly dir = tempFolder();
  readonly #made: Made[] = [];
  readonly #tags: [string, number][] = [];

  /** Adds a commit; the branch goes on from `parents[0]`, by default the last one. Returns its number. */
  add(subject: string, files: Files, parents?: readonly number[]): number {
    const mark = this.#made.length + 1;
    this.#made.push({ mark, subject, files, parents: parents ?? (mark === 1 ? [] : [mark - 1]) });
    return mark;
  }

  tag(name: string, mark: number): void {
    this.#tags.push([name, mark]);
  }

  /** Writes what was added. Returns the commit ids by number; HEAD is the last one. */
  write(): ReadonlyMap<number, string> {
    gitIn(this.dir, 'init', '--quiet', '--bare', '--initial-branch=main');
    const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
    const stream = this.#made.map(({ mark, subject, files, parents }) => {
      const when = `mini <mini@example.com> ${1_770_000_000 + mark * 86_400} +0000`;
      const [first, ...others] = parents;
      return [
        `commit refs/heads/c${mark}\nmark :${mark}\nauthor ${when}\ncommitter ${when}\n${data(subject)}`,
        first === undefined ? '' : `from :${first}\n`,
        ...others.map((parent) => `merge :${parent}\n`),
        'deleteall\n',
        ...Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
        '\n',
      ].join('');
    });
    const tags = this.#tags.map(([name, mark]) => `reset refs/tags/${name}\nfrom :${mark}\n\n`);
    const last = `reset refs/heads/main\nfrom :${this.#made.length}\n\n`;
    const marks = `${this.dir}/marks`;
    execFileSync('git', ['-C', this.dir, 'fast-import', '--quiet', `--export-marks=${marks}`], {
      env: gitEnvironment(this.dir),
      input: [...stream, ...tags, last].join(''),
    });
    const ids = this.#made.map(({ mark }) => [mark, gitIn(this.dir, 'rev-parse', `c${mark}`)] as const);
    return new Map(ids);
  }
}
