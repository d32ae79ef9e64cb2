import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Spot } from '../../../src/codemod/types.js';
import { Evaluations } from '../../../src/evaluate/evaluations.js';
import type { BuildGraph } from '../../../src/evaluate/graph.js';
import { TreeWorkbench } from '../../../src/judge/workbench.js';
import type { Build } from '../../../src/source/build.js';
import { GitTree } from '../../../src/tree/git-tree.js';

const run = promisify(execFile);

/** One commit's tree, asked by git and not by the judges. */
export class Scene {
  readonly #found = new Map<string, Promise<readonly string[]>>();
  readonly #texts = new Map<string, Promise<string | undefined>>();
  readonly #tree: GitTree;

  constructor(
    readonly dir: string,
    readonly commit: string,
    readonly build: Build,
  ) {
    this.#tree = new GitTree(dir, commit);
  }

  /** `path:line:text` of the lines that match an extended regular expression, below some pathspecs. */
  grep(pattern: string, paths: readonly string[]): Promise<readonly string[]> {
    const args = ['-nIE', '-e', pattern, this.commit, '--', ...paths];
    return this.#once(args.join('\0'), async () => {
      const found = await run('git', ['--git-dir', this.dir, 'grep', ...args], {
        maxBuffer: 1 << 26,
        encoding: 'latin1',
      }).catch((error: { code?: unknown; stdout?: string }) => {
        // Nothing found is an answer; all else is a test that does not ask what it means to.
        if (error.code !== 1) throw error;
        return { stdout: '' };
      });
      return found.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.slice(this.commit.length + 1));
    });
  }

  #once(key: string, make: () => Promise<readonly string[]>): Promise<readonly string[]> {
    let found = this.#found.get(key);
    if (!found) {
      found = make();
      this.#found.set(key, found);
    }
    return found;
  }

  /** A file as latin-1; undefined where the tree has none of that path. */
  text(path: string): Promise<string | undefined> {
    let text = this.#texts.get(path);
    if (!text) {
      text = this.#tree.read(path).then((file) => file?.text);
      this.#texts.set(path, text);
    }
    return text;
  }

  paths(): Promise<readonly string[]> {
    return this.#tree.paths();
  }

  /** The lines around a site, itself included; undefined where the tree does not have them. */
  async around(
    { path, line }: Spot,
    [before, after]: readonly [number, number],
  ): Promise<string | undefined> {
    const lines = (await this.text(path))?.split('\n');
    if (!lines || lines.length < line) return undefined;
    return lines.slice(Math.max(0, line - 1 - before), line + after).join('\n');
  }

  /** The CMake, evaluated for the build or for another target. */
  async cmake(arch = this.build.arch): Promise<BuildGraph> {
    const workbench = new TreeWorkbench(this.#tree, this.build, {}, undefined, new Evaluations());
    try {
      return await workbench.context({ id: 'test/reasons' }, []).evaluateCMake({ ...this.build, arch });
    } finally {
      workbench.dispose();
    }
  }

  close(): void {
    this.#tree.close();
  }
}
