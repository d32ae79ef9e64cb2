import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assetPath } from '../assets.js';
import type { PinSet } from '../pins/pins.js';
import { matching, readAll } from '../source/locate.js';
import { CMAKE_FILES } from '../syntax/cmake.js';
import { gitText } from '../tree/git.js';
import { GitTree } from '../tree/git-tree.js';
import type { BaseImage } from './base-image.js';
import { containerfile } from './containerfile.js';
import { type ContextFile, emptyFolder, lockFiles, settle, writeFiles } from './context.js';
import type { ImageFacts } from './facts.js';
import { type FetchedSource, fetchedSources } from './fetched.js';
import type { Inputs } from './inputs.js';
import { type KernelUnit, kernelUnits, unitFiles } from './kernel-check.js';
import { imageLabels } from './labels.js';
import { type Lock, makeLock } from './lock.js';
import type { PatchedTree } from './patched-tree.js';
import type { Part } from './sets.js';
import { gitlinks, vllmFacts, vllmVersion } from './sources.js';
import { inputsRequest } from './steps/inputs.js';
import { type Archive, archiveCommit } from './tar.js';

export interface ContextRequest {
  readonly set: PinSet;
  readonly base: BaseImage;
  readonly trees: readonly PatchedTree[];
  readonly tool: string;
  readonly dir: string;
  /** True where FlashInfer's kernels are compiled while the image is built. */
  readonly aot: boolean;
  /** What the build takes from elsewhere, where that is known: it then needs no network. */
  readonly inputs: Inputs | undefined;
  /** The moment of the distribution's archive; undefined for now. */
  readonly snapshot: string | undefined;
  readonly progress: (line: string) => void;
}

export interface Context {
  readonly lock: Lock;
  readonly facts: ImageFacts;
  /** What the stage `kernels` compiles. */
  readonly units: readonly KernelUnit[];
}

const SCRIPTS = ['check-kernels.sh', 'entrypoint.sh', 'healthcheck.sh', 'jobs.sh'];
const EXECUTABLE = new Set(SCRIPTS.map((name) => `image/${name}`));

async function imageFiles(): Promise<ContextFile[]> {
  const dir = assetPath('src/container/image');
  const names = [...SCRIPTS, 'check-aot.py', 'check-nccl.py', 'check-nodes.py', 'resolve.py', 'sbom.py'];
  return Promise.all(
    names.map(async (name) => ({ path: `image/${name}`, text: await readFile(join(dir, name), 'utf8') })),
  );
}

/** The receipt without the name of its transaction, which is another one each time. */
function receiptText({ receipt }: PatchedTree): string {
  return `${JSON.stringify({ ...receipt, id: undefined }, null, 2)}\n`;
}

function evidence(trees: readonly PatchedTree[]): ContextFile[] {
  return trees.flatMap((tree) => [
    ...(tree.receipt ? [{ path: `receipts/${tree.project}.json`, text: receiptText(tree) }] : []),
    ...(tree.proof === undefined ? [] : [{ path: `proofs/${tree.project}.json`, text: tree.proof }]),
  ]);
}

async function archives(request: ContextRequest): Promise<{ patched: PatchedTree; archive: Archive }[]> {
  await mkdir(join(request.dir, 'trees'), { recursive: true });
  const made = [];
  for (const patched of request.trees) {
    request.progress(`packing ${patched.project} at ${patched.commit.slice(0, 12)}`);
    const file = join(request.dir, 'trees', `${patched.project}.tar`);
    made.push({ patched, archive: await archiveCommit(patched.dir, patched.commit, file) });
  }
  return made;
}

/**
 * Writes a build context: trees, scripts, receipts and proofs, the Containerfile, and a lock of all inputs.
 * The same trees, set, base and tool give the same bytes, names, modes and times.
 */
export async function assembleContext(request: ContextRequest): Promise<Context> {
  const { set, base, trees, tool, dir } = request;
  await emptyFolder(dir);
  const vllm = trees.find(({ project }) => project === 'vllm')!;
  const flashinfer = trees.find(({ project }) => project === 'flashinfer');
  const links = flashinfer ? await gitlinks(flashinfer) : [];
  const labels = imageLabels(set, base, trees, tool);
  const source = new GitTree(vllm.dir, vllm.commit);
  let units: KernelUnit[];
  let facts: ImageFacts;
  const parts = new Set(trees.map(({ project }) => project));
  let fetched: FetchedSource[];
  try {
    fetched = fetchedSources(await readAll({ tree: source }, await matching(source, CMAKE_FILES)));
    facts = {
      set,
      base,
      labels,
      parts,
      vllm: vllmFacts(await source.paths()),
      version: vllmVersion(vllm),
      flashinferLinks: links,
      // A project whose patched tree is in the context is not fetched.
      fetched: fetched.filter(({ name }) => !parts.has(name as Part)),
      aot: request.aot && flashinfer !== undefined,
      offline: request.inputs !== undefined,
      snapshot: request.snapshot,
    };
    units = await kernelUnits(source, vllm, set.arch);
    await writeFiles(dir, [
      { path: 'Containerfile', text: containerfile(facts) },
      { path: 'request.json', text: `${JSON.stringify(inputsRequest(facts), null, 2)}\n` },
      { path: 'image.json', text: `${JSON.stringify(labels, null, 2)}\n` },
      ...(await imageFiles()),
      ...(await unitFiles(units)),
      ...evidence(trees),
    ]);
  } finally {
    source.close();
  }
  const packed = await archives(request);
  const files = await lockFiles(dir, EXECUTABLE);
  const lock = makeLock(request, packed, links, fetched, files);
  await writeFile(join(dir, 'lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  await settle(dir, EXECUTABLE, Number(await gitText(vllm.dir, ['show', '-s', '--format=%ct', vllm.commit])));
  return { lock, facts, units };
}
