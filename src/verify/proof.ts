import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import type { Build } from '../source/build.js';
import type { RungResult, Subject } from './rung.js';

/** What a proof is about. It goes stale when any of these changes. */
export interface ProofKey {
  /** Hash of the commit and of every edited file. */
  readonly tree: string;
  readonly tool: string;
  /** Version of nvcc, or `none`. */
  readonly compiler: string;
}

export interface Proof {
  readonly formatVersion: 1;
  readonly target: { readonly project: string; readonly revision: string; readonly commit: string };
  readonly build: Build;
  readonly archs: readonly string[];
  readonly key: ProofKey;
  readonly date: string;
  readonly machine: { readonly processor: string; readonly device?: string };
  /** `passed` where no rung failed and at least one ran. */
  readonly state: 'passed' | 'failed' | 'not run';
  readonly rungs: readonly RungResult[];
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

/** What names a patched tree: its commit, and every edited file as edited, sorted by path. */
export function hashOf(
  commit: string,
  files: readonly { readonly path: string; readonly text: string }[],
): string {
  return sha256([commit, ...files.map(({ path, text }) => `${sha256(text)}  ${path}`)].join('\n'));
}

/** The same for a planned tree and for the checkout that the plan was applied to. */
export async function treeHash({ commit, edited, tree }: Subject): Promise<string> {
  const read = async (path: string) => ({ path, text: (await tree.read(path))?.text ?? '' });
  return hashOf(commit, await Promise.all([...edited].sort().map(read)));
}

export function proofOf(
  subject: Subject,
  archs: readonly string[],
  key: ProofKey,
  rungs: readonly RungResult[],
  now: Date,
): Proof {
  const failed = rungs.some(({ state }) => state === 'failed');
  const passed = rungs.some(({ state }) => state === 'passed');
  const device = rungs.flatMap(({ checks }) => checks).find(({ what }) => what === 'device')?.facts?.device;
  return {
    formatVersion: 1,
    target: { project: subject.project, revision: subject.revision, commit: subject.commit },
    build: subject.build,
    archs,
    key,
    date: `${now.toISOString().slice(0, 19)}Z`,
    machine: { processor: cpus()[0]?.model ?? 'unknown', ...(typeof device === 'string' ? { device } : {}) },
    state: failed ? 'failed' : passed ? 'passed' : 'not run',
    rungs,
  };
}

/** What changed since a proof was made, or undefined where it still holds. */
export function staleness(proof: Pick<Proof, 'key'>, now: ProofKey): string | undefined {
  if (proof.key.tree !== now.tree) return 'the tree changed';
  if (proof.key.tool !== now.tool) return `it was made by dgx-patch ${proof.key.tool}`;
  if (proof.key.compiler !== now.compiler)
    return `it was made with nvcc ${proof.key.compiler}, and here is ${now.compiler}`;
  return undefined;
}
