/**
 * Every NVFP4 kernel source with code for SM12x is built for SM12x.
 *
 * Shapes:
 *  L0  – v0.10.0           no NVFP4 list for SM12x
 *  L1  v0.10.1 – v0.11.2   quantisation, fused activation (v0.11) and the SM120 GEMM; the experts' quantisation is
 *                          left to SM100 in the list and in its host entry
 *  L2  v0.12.0 – v0.19     also the experts' quantisation and the MoE GEMM, with ENABLE_CUTLASS_MOE_SM120
 *  L3  v0.20 –             the same below csrc/libtorch_stable, in another target
 */
import {
  defineCodemod,
  indentAt,
  insert,
  isOurs,
  type JudgeContext,
  joinLines,
  markAbove,
  parseAll,
  search,
  withMarks,
} from '../../../src/api.js';
import { entrySites, holdsEntry, sourceLines } from './entry.js';
import { insertionPoint, type KernelList, kernelList, type ListCommand, listCommand } from './find.js';
import { ID, type ListSite } from './site.js';
import { kernelSources } from './sources.js';

const ABSENT = 'CMakeLists.txt has no list of NVFP4 kernels for SM12x';

/** The source that upstream left out and that an SM120 build can take as it is. */
const ADDABLE = /\/nvfp4_experts_quant\.cu$/;

function sourceSite(source: string, list: KernelList, at: ListCommand): ListSite {
  const { file, command } = at;
  const base = { file, offset: command.start, kind: 'source' as const };
  const name = source.split('/').at(-1)!;
  if (list.group.sources.includes(source)) {
    const ours =
      ADDABLE.test(source) && isOurs(file, ID, { startIndex: command.start, endIndex: command.end });
    return { ...base, state: ours ? 'ours' : 'right', what: `${name} is built for SM12x` };
  }
  const what = `${name} is not built for SM12x`;
  const point = insertionPoint(at);
  if (!ADDABLE.test(source) || point === undefined) return { ...base, state: 'unknown', what };
  const indent = indentAt(file.text, point);
  const text = joinLines([...sourceLines(source, indent), ''], file.text);
  return { ...base, state: 'wrong', what, edit: insert(file, point, text) };
}

/** The flag without which the MoE helpers are left out, where the sources ask for it. */
async function flagSite(
  list: KernelList,
  { file, command }: ListCommand,
  context: JudgeContext,
): Promise<ListSite[]> {
  const readers = await search(context, /^csrc\/.*scaled_mm_entry\.cu$/, /\bENABLE_CUTLASS_MOE_SM120\b/);
  const hosts = list.graph.targets.filter(({ sources }) =>
    readers.some(({ path }) => sources.includes(path)),
  );
  return hosts.map(({ name, flags }) => {
    const reached = flags.some((flag) => /^(?:-D)?ENABLE_CUTLASS_MOE_SM120=1$/.test(flag));
    const what = `ENABLE_CUTLASS_MOE_SM120 ${reached ? 'reaches' : 'does not reach'} ${name}`;
    return { file, offset: command.start, kind: 'flag', state: reached ? 'right' : 'unknown', what };
  });
}

export default defineCodemod<ListSite>({
  id: ID,
  project: 'vllm',
  title: 'NVFP4 kernel sources built for SM12x',
  why: 'In v0.10.1 to v0.11.2 the quantisation of MoE inputs to NVFP4 is left out of SM12x builds, in the kernel list and in its host entry: the operator says "No compiled nvfp4 experts quantization kernel".',
  effect: { kind: 'stops', concerns: 'NVFP4 MoE models' },
  references: [
    { kind: 'commit', ref: '789562c28', date: '2025-08-12', note: 'the first NVFP4 list for SM12x' },
    {
      kind: 'commit',
      ref: 'e50209864',
      date: '2025-11-25',
      note: 'experts quantisation and MoE GEMM for SM120 (#29242), v0.12.0',
    },
    {
      kind: 'evaluation',
      ref: 'CMakeLists.txt',
      note: 'which sources get which targets is taken from the evaluated build',
    },
  ],
  retire: 'when no tree of yours is older than v0.12.0',
  dependsOnBuild: true,

  async judge(context) {
    const list = (await context.tree.read('CMakeLists.txt')) && (await kernelList(context));
    if (!list) return { absent: ABSENT };
    if (typeof list === 'string') return { drifted: list };
    const at = await listCommand(list, context);
    if (!at) return { drifted: 'the list of NVFP4 kernels for SM12x is put together in another way' };
    const sources = await kernelSources(context);
    const entries = (await search(context, /^csrc\/.*\/fp4\/.*\.cu$/, /experts_quant_sm/)).filter(holdsEntry);
    const documents = await parseAll(context, entries, 'cuda');
    const sites = [
      ...sources.map((source) => sourceSite(source, list, at)),
      ...(await flagSite(list, at, context)),
      ...documents.flatMap(entrySites),
    ];
    return {
      sites,
      absent: ABSENT,
      reason: {
        wrong: 'the quantisation of experts (nvfp4_experts_quant.cu) is left out of SM12x builds',
        right: 'every NVFP4 source with code for SM12x is in the list of its kernels',
      },
    };
  },

  rewrite: (sites) =>
    withMarks(
      sites.map(({ edit }) => edit!),
      sites.filter(({ kind }) => kind === 'entry').map(({ file, offset }) => markAbove(file, offset, ID)),
    ),
});
