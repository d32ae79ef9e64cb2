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
  type Edit,
  indentAt,
  type JudgeContext,
  joinLines,
  mark,
  search,
} from '../../../src/api.js';
import { markAbove, withMarks } from '../_shared/marks.js';
import { entrySites, holdsEntry, sourceLines } from './entry.js';
import { insertionPoint, type KernelList, kernelList, type ListCommand, listCommand } from './list.js';
import { ID, type ListSite } from './site.js';
import { kernelSources } from './sources.js';

/** The source that upstream left out and that an SM120 build can take as it is. */
const ADDABLE = /\/nvfp4_experts_quant\.cu$/;

function sourceSite(source: string, list: KernelList, at: ListCommand): ListSite {
  const { file, command } = at;
  const base = { path: file.path, offset: command.start, kind: 'source' as const };
  const name = source.split('/').at(-1)!;
  if (list.group.sources.includes(source)) {
    const own = file.text.slice(command.start, command.end);
    const ours = ADDABLE.test(source) && own.includes(mark(ID));
    return { ...base, state: ours ? 'ours' : 'right', what: `${name} is built for SM12x` };
  }
  const what = `${name} is not built for SM12x`;
  const point = insertionPoint(at);
  if (!ADDABLE.test(source) || point === undefined) return { ...base, state: 'unknown', what };
  const indent = indentAt(file.text, point);
  const text = joinLines([...sourceLines(source, indent), ''], file.text);
  return { ...base, state: 'wrong', what, edit: { start: point, end: point, text } };
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
    return {
      path: file.path,
      offset: command.start,
      kind: 'flag',
      state: reached ? 'right' : 'unknown',
      what,
    };
  });
}

export default defineCodemod<ListSite>({
  id: ID,
  project: 'vllm',
  title: 'NVFP4 kernel sources built for SM12x',
  why: 'In v0.10.1 to v0.11.2 the quantisation of MoE inputs to NVFP4 is left out of SM12x builds, in the kernel list and in its host entry: the operator says "No compiled nvfp4 experts quantization kernel".',
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
    const absent = 'this revision has no list of NVFP4 kernels for SM12x';
    const list = (await context.tree.read('CMakeLists.txt')) && (await kernelList(context));
    if (!list) return { sites: [], absent, reason: absent };
    if (typeof list === 'string') return { sites: [], reason: '', drifted: list };
    const at = await listCommand(list, context);
    if (!at)
      return {
        sites: [],
        reason: '',
        drifted: 'the list of NVFP4 kernels for SM12x is put together in another way',
      };
    const sources = await kernelSources(context);
    const entries = (await search(context, /^csrc\/.*\/fp4\/.*\.cu$/, /experts_quant_sm/)).filter(holdsEntry);
    const documents = await Promise.all(entries.map((file) => context.parse(file, 'cuda')));
    const sites = [
      ...sources.map((source) => sourceSite(source, list, at)),
      ...(await flagSite(list, at, context)),
      ...documents.flatMap(entrySites),
    ];
    const wrong = sites.some((site) => site.state === 'wrong');
    const reason = wrong
      ? 'the experts quantisation is left out of SM12x builds'
      : 'every NVFP4 source with code for SM12x is built for it';
    return { sites, absent, reason };
  },

  async rewrite(sites, context) {
    const edits: Edit[] = [];
    const marks: Edit[] = [];
    for (const { path, offset, kind, edit } of sites) {
      const { text } = (await context.tree.read(path))!;
      edits.push({ path, ...edit! });
      if (kind === 'entry') marks.push(markAbove(path, text, offset, ID, '//'));
    }
    return withMarks(edits, marks);
  },
});
