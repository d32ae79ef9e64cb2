import { Failure } from '../failure.js';
import { git } from '../tree/git.js';
import { listTree } from '../tree/listing.js';
import type { PatchedTree } from './patched-tree.js';

/** A commit of a repository on this machine; `HEAD` where none is named. */
export interface TreeAt {
  readonly dir: string;
  readonly commit?: string;
  /** What messages call it. */
  readonly project: string;
}

/** A submodule: a commit of another repository inside of a tree. */
export interface Gitlink {
  readonly path: string;
  readonly url: string;
  readonly commit: string;
}

/** The submodules of a commit, with the addresses of its `.gitmodules`. */
export async function gitlinks({ dir, project, commit: at = 'HEAD' }: TreeAt): Promise<Gitlink[]> {
  const links = (await listTree(dir, at)).filter(({ mode }) => mode === '160000');
  if (links.length === 0) return [];
  const { stdout } = await git(dir, [
    'config',
    '-z',
    '--blob',
    `${at}:.gitmodules`,
    '--get-regexp',
    '^submodule\\..*\\.(path|url)$',
  ]);
  const settings = new Map<string, { path?: string; url?: string }>();
  for (const entry of stdout.toString('utf8').split('\0')) {
    const match = /^submodule\.(.*)\.(path|url)\n(.*)$/s.exec(entry);
    if (match) settings.set(match[1]!, { ...settings.get(match[1]!), [match[2]!]: match[3]! });
  }
  return links.map(({ oid: commit, path }) => {
    const url = [...settings.values()].find((module) => module.path === path)?.url;
    if (!url || !/^https:\/\/[\w.-]+\/[\w./-]+$/.test(url)) {
      throw new Failure('unavailable', `${project}: the submodule ${path} has no https address`, {
        next: 'apply to a checkout of the upstream repository',
      });
    }
    // They become words of a RUN line.
    if (!/^[\w.+-]+(?:\/[\w.+-]+)*$/.test(path)) {
      throw new Failure('unavailable', `${project}: the submodule ${JSON.stringify(path)} has an odd name`, {
        next: 'apply to a checkout of the upstream repository',
      });
    }
    return { path, url, commit };
  });
}

/** Facts about the vLLM tree that the image's build depends on. */
export interface VllmFacts {
  /** Requirements of the build, relative to the tree. */
  readonly buildRequirements: string;
  /** Its Rust toolchain, where it has a Rust front end. */
  readonly rust: boolean;
  /** The script that installs the protoc that the tree pins; undefined where it pins none. */
  readonly protoc: string | undefined;
  /** True where the tree has a tuning file for GB10's experts. */
  readonly hasMoeFile: boolean;
  readonly hasUseExistingTorch: boolean;
}

export function vllmFacts(paths: readonly string[]): VllmFacts {
  const has = (path: string): boolean => paths.includes(path);
  const buildRequirements = [
    'requirements/build/cuda.txt',
    'requirements/build.txt',
    'requirements-build.txt',
  ].find(has);
  if (!buildRequirements) {
    throw new Failure('unavailable', 'this vLLM tree has no list of build requirements', {
      next: 'choose a set with vLLM v0.9.0 or later',
    });
  }
  return {
    buildRequirements,
    rust: has('rust-toolchain.toml'),
    protoc: ['tools/install_protoc.sh'].find(has),
    hasMoeFile: paths.some((path) => /\/fused_moe\/configs\/.*device_name=NVIDIA_GB10/.test(path)),
    hasUseExistingTorch: has('use_existing_torch.py'),
  };
}

/** What setuptools-scm is told, since the image's copy has no git history. */
export function vllmVersion({ pin, tree }: PatchedTree): string {
  const release = /^v?(\d+(?:\.\d+)*(?:(?:rc|post|\.post)\d+)?)$/.exec(pin.tag ?? pin.name)?.[1];
  return `${release ?? '0.0.0.dev0'}+dgx.${tree.slice(0, 12)}`;
}
