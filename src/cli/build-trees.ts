import { existsSync } from 'node:fs';
import { openCheckout } from '../apply/tree-root.js';
import { openPatchedTree, type PatchedTree } from '../container/patched-tree.js';
import { PARTS, type Part } from '../container/sets.js';
import { Failure } from '../failure.js';
import { readFixes } from '../fixes/fix-set.js';
import { warningsOn } from '../judge/counsel.js';
import { type Pin, type PinSet, readPins } from '../pins/pins.js';
import { GitTree } from '../tree/git-tree.js';
import { applyTargets } from './apply.js';
import type { Io } from './io.js';
import { sayWarnings } from './warnings.js';

/** Where the trees of an image come from. */
export interface TreeOptions {
  readonly tree: string[];
  readonly mirror: string[];
  readonly skip: string[];
  readonly pins: string;
  readonly fixes: string[];
}

/** `vllm=./checkout` entries, by project. Each names a folder that is there. */
async function givenTrees(entries: readonly string[]): Promise<ReadonlyMap<Part, string>> {
  const given = new Map<Part, string>();
  for (const entry of entries) {
    const [, name, dir] = /^([^=]*)=(.*)$/.exec(entry) ?? [];
    const project = PARTS.find((part) => part === name);
    if (project === undefined || !dir) {
      throw new Failure('usage', `--tree is <project=dir>, the project one of ${PARTS.join(', ')}`);
    }
    if (!existsSync(dir)) {
      throw new Failure('tree', `there is no checkout of ${project} at ${dir}`, {
        next: `leave --tree ${project}=… out: build makes the checkout itself`,
      });
    }
    // Before others are made: that takes minutes.
    await openCheckout(dir, `leave --tree ${project}=… out: build makes the checkout itself`);
    given.set(project, dir);
  }
  return given;
}

/** Makes the checkout of a pin with every needed fix. What apply prints goes to the log: stdout is build's. */
async function makeTree(project: Part, pin: Pin, set: PinSet, dir: string, options: TreeOptions, io: Io) {
  const log: Io = { ...io, out: (text) => io.err(text.toString()) };
  const { mirror, skip, pins, fixes } = options;
  const { cuda, arch } = set;
  const target = [`${project}@${pin.name}`];
  const own = skip.filter((id) => id.startsWith(`${project}/`));
  const code = await applyTargets(
    { target, cuda, arch, mirror, skip: own, only: [], option: [], pins, fixes, out: dir, commit: true },
    log,
  );
  if (code === 0) return;
  throw new Failure('blocked', `${project}@${pin.name} cannot be patched: see above`, {
    next: `dgx-patch build --set ${set.name} --skip <ids>, or another set: dgx-patch pins sets`,
  });
}

async function warnOf({ project, dir, commit }: PatchedTree, set: PinSet, io: Io): Promise<void> {
  const tree = new GitTree(dir, commit);
  try {
    sayWarnings(await warningsOn(tree, project, set, []), io);
  } finally {
    tree.close();
  }
}

/** The patched trees of a set: those that were named, those in their usual folders, and the missing ones made. */
export async function openTrees(
  set: PinSet,
  parts: ReadonlyMap<Part, Pin>,
  options: TreeOptions,
  io: Io,
): Promise<PatchedTree[]> {
  const given = await givenTrees(options.tree);
  const { fixes: named } = await readPins(options.pins);
  const fixes = await readFixes({ given: options.fixes, pins: options.pins, named });
  const trees: PatchedTree[] = [];
  for (const [project, pin] of parts) {
    const dir = given.get(project) ?? `./${project}-${pin.commit.slice(0, 12)}`;
    if (!existsSync(dir)) await makeTree(project, pin, set, dir, options, io);
    const tree = await openPatchedTree(project, dir, pin, set, fixes);
    await warnOf(tree, set, io);
    if (tree.proof === undefined) io.err(`${dir} has no proof yet: dgx-patch verify --dir ${dir}\n`);
    trees.push(tree);
  }
  return trees;
}
