import { type CMakeCommand, parseArch, type Refusal, splitArchs, type Trace } from '../../../src/api.js';
import {
  commandAt,
  intersectionOf,
  keyOf,
  readSources,
  type Sources,
  sm100Groups,
} from '../_shared/kernel-groups.js';

/** A flag that opens a dispatcher to SM100 kernels. */
const SM100_FLAG = /^-DENABLE_\w*_SM100(?:=1)?$/;

const hasSm12x = (list: string): boolean => splitArchs(list).some((arch) => parseArch(arch)?.major === 12);

/** The lists that gave a kernel group its archs: all since the group before, one for each CUDA version. */
function listsOf(commands: readonly CMakeCommand[], group: number): CMakeCommand[] {
  const args = commands[group]!.args.map(({ value }) => value);
  const variable = /^\$\{(\w+)\}$/.exec(args[args.indexOf('CUDA_ARCHS') + 1] ?? '')?.[1];
  const found: CMakeCommand[] = [];
  for (const command of commands.slice(0, group).reverse()) {
    if (command.name === 'set_gencode_flags_for_srcs') break;
    if (command.name === 'cuda_archs_loose_intersection' && command.args[0]?.value === variable)
      found.push(command);
  }
  return found.reverse();
}

/** Where the CMake cannot be evaluated: every list that is written for such a group, whatever reaches it. */
function writtenLists(sources: Sources): Trace[] {
  const commands = sources.get('CMakeLists.txt')?.cmake.commands ?? [];
  const lists = new Set<CMakeCommand>();
  for (const [index, command] of commands.entries()) {
    if (!command.args.some(({ value }) => SM100_FLAG.test(value))) continue;
    const group = commands.slice(0, index).findLastIndex(({ name }) => name === 'set_gencode_flags_for_srcs');
    if (group < 0) continue;
    for (const list of listsOf(commands, group)) if (hasSm12x(list.args[1]?.value ?? '')) lists.add(list);
  }
  return [...lists].map(({ start }) => ({ path: 'CMakeLists.txt', offset: start }));
}

export const sm100Lists: Refusal = {
  id: 'vllm/sm100-lists',
  project: 'vllm',
  title: '12.x in the arch list of SM100 kernels',
  why: 'SM100 kernels use tcgen05, which no SM12x has. Listed for 12.x they are built for nothing, their flags send Python to backends that fail, and upstream took them out of such lists twice.',
  instead:
    'keep 12.x out of the SM100 lists; vllm/cuda-arch-lists takes it out, and gives the SM120 groups their targets',
  references: [
    {
      kind: 'commit',
      ref: '49ef847aa',
      date: '2025-11-18',
      note: 'upstream removes 12.x from the SM100 lists (#28938, "fix DGX Spark")',
    },
    { kind: 'measurement', ref: 'ptxas 13.0.88', note: 'tcgen05.alloc assembles for no SM12x target' },
  ],
  /** Lists that this build reaches, of groups of SM100 code that it makes for 12.x. */
  async detect(context) {
    const sources = await readSources(context);
    if (!sources.has('CMakeLists.txt')) return [];
    const graph = await context.evaluateCMake(context.build);
    if (graph.errors.length > 0) return writtenLists(sources);
    const places = new Map(
      sm100Groups(graph, sources).map((group) => {
        const { file, line } = intersectionOf(group, graph, sources) ?? group;
        return [keyOf({ file, line }), { path: file, offset: commandAt(sources, file, line)?.start ?? 0 }];
      }),
    );
    return [...places.values()];
  },
};
