import { Failure } from '../failure.js';
import type { Pin, Pins } from '../pins/pins.js';
import { checkAlternates } from '../tree/alternates.js';
import { withoutFilters } from '../tree/filters.js';
import { git, gitText } from '../tree/git.js';
import { GitTree } from '../tree/git-tree.js';
import { recognise } from './recognise.js';
import type { Target } from './resolve.js';

/** So far back a pin is looked for below HEAD. */
const FARTHEST = 5000;

/** The nearest pin that HEAD was made from: its build is the fork's as well, where no other is asked for. */
async function nearestPin(dir: string, project: string, pins: Pins): Promise<Pin | undefined> {
  const known = new Map(pins.pins.filter((pin) => pin.project === project).map((pin) => [pin.commit, pin]));
  const below = await gitText(dir, ['rev-list', `--max-count=${FARTHEST}`, 'HEAD']);
  const found = below.split('\n').find((commit) => known.has(commit));
  return found === undefined ? undefined : known.get(found);
}

/**
 * A checkout's own HEAD as a target, read from its own objects: a fork needs no mirror. Throws `unavailable`
 * where it is no tree of vLLM, FlashInfer or CUTLASS.
 */
export async function openFork(dir: string, pins: Pins): Promise<Target> {
  const { code, stdout } = await git(dir, ['rev-parse', '--verify', 'HEAD^{commit}'], { accept: [128] });
  if (code !== 0) {
    throw new Failure('tree', `${dir} is not a git checkout`, {
      why: 'it has no repository, or no commit yet',
      next: 'give a checkout with --dir, or name a revision with --target',
    });
  }
  const prefix = await gitText(dir, ['rev-parse', '--show-prefix']);
  if (prefix !== '') {
    throw new Failure('tree', `${dir} is a folder inside of a git checkout`, {
      next: 'give the root of the checkout with --dir',
    });
  }
  await checkAlternates(dir);
  const commit = stdout.toString('utf8').trim();
  const tree = new GitTree(dir, commit);
  try {
    const project = recognise(await tree.paths());
    if (!project) {
      throw new Failure('unavailable', `${dir} is no tree of vLLM, FlashInfer or CUTLASS`, {
        next: 'check --dir; the root of the checkout is wanted',
      });
    }
    const nearest = await nearestPin(dir, project, pins);
    const pin = nearest?.commit === commit ? nearest : undefined;
    const { cuda, arch } = nearest ?? {};
    const build: Pin = {
      project: project as Pin['project'],
      name: commit.slice(0, 12),
      commit,
      ...(cuda === undefined ? {} : { cuda }),
      ...(arch === undefined ? {} : { arch }),
    };
    return {
      project,
      revision: pin?.name ?? commit.slice(0, 12),
      commit,
      pin: pin ?? build,
      tree,
      dir,
      url: undefined,
      close: () => tree.close(),
    };
  } catch (error) {
    tree.close();
    throw error;
  }
}

/** Tracked files that differ from HEAD: they are there, and not what is judged. */
export async function uncommitted(dir: string): Promise<number> {
  const args = ['status', '--porcelain', '-z', '--untracked-files=no', '--no-renames'];
  const config = await withoutFilters(dir);
  const { stdout } = await git(dir, [...args, '--ignore-submodules=dirty'], { config });
  return stdout.toString('utf8').split('\0').length - 1;
}
