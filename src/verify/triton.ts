import { assetPath } from '../assets.js';
import { matching } from '../source/locate.js';
import { firstError } from './compile/unit.js';
import { type Bench, type Check, NotRun, type Rung, type Subject } from './rung.js';

const ASSETS = 'src/verify/triton';

/** Shared memory that a block of GB10 can have: 99 KiB, in bytes. */
export const SHARED_MEMORY = 101_376;

const ATTENTION = /^vllm\/.*\/triton_decode_attention\.py$/;
const FLA = /^vllm\/.*\/ops\/(?:chunk_o|solve_tril)\.py$/;

/** Writes the kernels' files into the workspace. */
async function writeKernels(
  { tree }: Subject,
  { workspace }: Bench,
  folder: string,
): Promise<{ readonly attention?: string; readonly fla?: string }> {
  const [attention] = await matching(tree, ATTENTION);
  const fla = (await matching(tree, FLA))[0]?.replace(/\/[^/]+$/, '');
  const beside = fla === undefined ? [] : await matching(tree, new RegExp(`^${fla}/(?!__init__)[^/]+\\.py$`));
  for (const path of [...(attention === undefined ? [] : [attention]), ...beside]) {
    const source = await tree.read(path);
    if (source) await workspace.write(`${folder}/${path}`, source.text);
  }
  return { ...(attention === undefined ? {} : { attention }), ...(fla === undefined ? {} : { fla }) };
}

/**
 * Triton kernels of the tree, compiled for the device's target without one: a block takes at most 101,376
 * bytes of shared memory; of an autotuned kernel, in at least one of its configurations.
 */
export const triton: Rung = async (subject, bench) => {
  if (subject.project !== 'vllm') return new NotRun(`no Triton kernel of ${subject.project} is known`);
  const { workspace, python } = bench;
  const folder = 'triton';
  const kernels = await writeKernels(subject, bench, folder);
  if (Object.keys(kernels).length === 0)
    return new NotRun('this revision has none of the kernels that are known');
  const probe = await workspace.run('triton-probe', python, [
    '-c',
    'import torch, triton; print(triton.__version__)',
  ]);
  if (probe.code === 127) return new NotRun(`${python} was not found (--python)`);
  if (probe.code !== 0) return new NotRun(`${python} has no torch with Triton (--python)`);
  const settings = await workspace.write(
    `${folder}/settings.json`,
    JSON.stringify({ root: workspace.path(folder), capability: [12, 1], limit: SHARED_MEMORY, ...kernels }),
  );
  const args = ['-B', `${assetPath(ASSETS)}/run.py`, settings];
  const { code, stdout, stderr, command } = await workspace.run('triton', python, args);
  if (code === 0) {
    const checks = JSON.parse(stdout.trim().split('\n').at(-1)!) as Check[];
    return checks.map((check) => ({ ...check, facts: { triton: probe.stdout.trim(), ...check.facts } }));
  }
  const detail = `${firstError(stderr)} (to repeat it: ${command})`;
  return [{ what: 'the kernels', state: 'failed', detail }];
};
