import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readPlain } from '../apply/disk.js';
import { receiptFromCommits } from '../apply/from-commits.js';
import { type Receipt, readReceipt } from '../apply/receipt.js';
import { openCheckout, type TreeRoot } from '../apply/tree-root.js';
import { carriedOut } from '../codemod/effect-of.js';
import { BLOCKING } from '../codemod/verdict.js';
import { Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import type { FixSet } from '../fixes/fix-set.js';
import { judgeTree } from '../judge/judge.js';
import type { Pin, PinSet } from '../pins/pins.js';
import type { Build } from '../source/build.js';
import { withoutFilters } from '../tree/filters.js';
import { git, gitText } from '../tree/git.js';
import { GitTree } from '../tree/git-tree.js';
import { treeHash } from '../verify/proof.js';
import { findPatched, patchedSubject } from '../verify/subject.js';
import type { Part } from './sets.js';

/** A committed checkout that is exactly what its receipt says. */
export interface PatchedTree {
  readonly project: Part;
  readonly dir: string;
  readonly pin: Pin;
  /** HEAD. */
  readonly commit: string;
  /** HEAD's tree object: the hash that stands for all of its bytes. */
  readonly tree: string;
  readonly receipt: Receipt | undefined;
  /** The proof beside the receipt, as it was written; undefined where there is none. */
  readonly proof: string | undefined;
}

const refuse = (message: string, why: string, next: string): Failure =>
  new Failure('tree', message, { why, next });

async function checkClean(dir: string): Promise<void> {
  const args = ['status', '--porcelain', '-z', '--untracked-files=normal', '--ignore-submodules=dirty'];
  const { stdout } = await git(dir, args, { config: await withoutFilters(dir) });
  const [first] = stdout.toString('utf8').split('\0');
  if (!first) return;
  throw refuse(
    `${dir}: ${first.slice(3)} is not what was committed`,
    'a file was changed, added or removed after the fixes were applied',
    `look at it with git -C ${dir} status, then restore it, or apply to a fresh checkout`,
  );
}

function checkReceipt(receipt: Receipt, pin: Pin, set: PinSet, head: string, dir: string): void {
  if (receipt.target.commit !== pin.commit) {
    throw refuse(
      `${dir} is ${receipt.target.project}@${receipt.target.revision}, not ${pin.project}@${pin.name}`,
      'the set names another revision',
      `dgx-patch apply --target ${pin.project}@${pin.name}`,
    );
  }
  const { cuda, arch } = receipt.build;
  if (cuda !== set.cuda || arch !== set.arch) {
    throw refuse(
      `${dir} was patched for CUDA ${cuda} and arch ${arch}`,
      `the set builds for CUDA ${set.cuda} and arch ${set.arch}`,
      `dgx-patch apply --target ${pin.project}@${pin.name} --cuda ${set.cuda} --arch ${set.arch}`,
    );
  }
  if (receipt.head === undefined) {
    throw refuse(
      `the fixes in ${dir} are not committed`,
      'they were applied with --no-commit',
      `dgx-patch apply --target ${pin.project}@${pin.name}, without --no-commit`,
    );
  }
  if (receipt.head !== head) {
    throw refuse(
      `${dir} is at ${head.slice(0, 12)}, but its receipt says ${receipt.head.slice(0, 12)}`,
      'something was committed on top of the fixes, or another commit was checked out',
      `git -C ${dir} checkout ${receipt.head}, or apply to a fresh checkout`,
    );
  }
}

/**
 * Without a receipt, the tree must be the pinned one, or that with our commits on it, and need nothing: a
 * commit does not say for which build it was made.
 */
async function checkJudged(
  dir: string,
  pin: Pin,
  head: string,
  set: PinSet,
  fixes: FixSet,
  copy: Receipt | undefined,
): Promise<void> {
  const next = `dgx-patch apply --target ${pin.project}@${pin.name} --arch ${set.arch} --cuda ${set.cuda}`;
  if (copy) checkReceipt(copy, pin, set, head, dir);
  else if (head !== pin.commit) throw refuse(`${dir} has no receipt`, 'dgx-patch did not make it', next);
  const tree = new GitTree(dir, head);
  try {
    const codemods = selectCodemods(fixes, pin.project);
    const build = { cuda: set.cuda, arch: set.arch };
    const outcomes = await judgeTree(tree, codemods, build, {}, { effects: true });
    const needed = carriedOut(outcomes, false)
      .filter(({ verdict }) => verdict === 'needed' || BLOCKING.has(verdict))
      .map(({ codemod }) => codemod.id);
    if (needed.length > 0) throw refuse(`${dir} has no receipt`, `it needs ${needed.join(', ')}`, next);
  } finally {
    tree.close();
  }
}

const proofSchema = z.looseObject({
  formatVersion: z.literal(1),
  state: z.enum(['passed', 'failed', 'not run']),
  key: z.looseObject({ tree: z.string() }),
});

function parseProof(text: string, dir: string): z.infer<typeof proofSchema> {
  try {
    return proofSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('tree', `the proof of ${dir} is not one that this version reads`, {
      why: 'another version of dgx-patch wrote it, or it was damaged',
      next: `prove the tree again: dgx-patch verify --dir ${dir}`,
      cause,
    });
  }
}

/** The proof beside the receipt. One that failed, or that is about other bytes, is worse than none. */
async function readProof(
  root: TreeRoot,
  project: Part,
  dir: string,
  fixes: FixSet,
  set: Build,
): Promise<string | undefined> {
  const text = await readPlain(join(root.state, 'proof.json'), 'utf8');
  if (text === undefined) return undefined;
  const proof = parseProof(text, dir);
  const next = `dgx-patch verify --dir ${dir}`;
  if (proof.state === 'failed') {
    throw new Failure('proof', `the proof of ${dir} failed`, { next: `see why: ${next}` });
  }
  const codemods = selectCodemods(fixes, project);
  const patched = await findPatched(dir, set);
  if (!patched) throw refuse(`the proof of ${dir} is about another tree`, 'nothing is applied there', next);
  const subject = patchedSubject(patched, codemods);
  if (proof.key.tree !== (await treeHash(subject))) {
    throw refuse(`the proof of ${dir} is about another tree`, 'it was made before the last change', next);
  }
  return text;
}

/** Opens a checkout for the build. Whatever is not exactly what was applied is a `tree` Failure. */
export async function openPatchedTree(
  project: Part,
  dir: string,
  pin: Pin,
  set: PinSet,
  fixes: FixSet,
): Promise<PatchedTree> {
  const root = await openCheckout(dir);
  if (existsSync(join(root.dir, '.git', 'objects', 'info', 'alternates'))) {
    throw refuse(
      `${dir} borrows objects from another repository`,
      'it was cloned with --shared or --reference',
      'git repack -a -d there, and remove .git/objects/info/alternates',
    );
  }
  const own = await readReceipt(root);
  const copy = own ? undefined : await receiptFromCommits(root, { cuda: set.cuda, arch: set.arch });
  const commit = await gitText(root.dir, ['rev-parse', 'HEAD']);
  if (own) checkReceipt(own, pin, set, commit, dir);
  else await checkJudged(root.dir, pin, commit, set, fixes, copy);
  const receipt = own ?? copy;
  await checkClean(root.dir);
  const tree = await gitText(root.dir, ['rev-parse', 'HEAD^{tree}']);
  const proof = receipt && (await readProof(root, project, root.dir, fixes, set));
  return { project, dir: root.dir, pin, commit, tree, receipt, proof };
}
