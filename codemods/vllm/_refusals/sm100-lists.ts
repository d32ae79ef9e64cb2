import type { Refusal } from '../../../src/api.js';
import { commandAt, intersectionOf, keyOf, readSources, sm100Groups } from '../_shared/kernel-groups.js';

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
    const places = new Map(
      sm100Groups(graph, sources).map((group) => {
        const { file, line } = intersectionOf(group, graph, sources) ?? group;
        return [keyOf({ file, line }), { path: file, offset: commandAt(sources, file, line)?.start ?? 0 }];
      }),
    );
    return [...places.values()];
  },
};
