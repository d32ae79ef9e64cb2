import type { ImageFacts } from './facts.js';
import { flashinfer } from './steps/flashinfer.js';
import { inputs } from './steps/inputs.js';
import { kernels } from './steps/kernels.js';
import { runtime } from './steps/runtime.js';
import { snapshot, system } from './steps/system.js';
import { torch } from './steps/torch.js';
import { vllm } from './steps/vllm.js';
import { checkSums, SHELL } from './steps/words.js';

/** The Containerfile of all stages. The same facts give the same text. */
export function containerfile(facts: ImageFacts): string {
  const { set, base, offline } = facts;
  return [
    `# Made by dgx-patch for the set ${set.name}: CUDA ${set.cuda}, arch ${set.arch}.`,
    '# A Spark is arm64: elsewhere, build with --platform linux/arm64.',
    ...(offline
      ? ['# It takes from prefetched/ what else it would fetch: dgx-patch prefetch <context>.']
      : []),
    `FROM ${base.image} AS base`,
    'ENV PATH=/usr/local/cuda/bin:$PATH',
    ...(offline ? [] : snapshot(facts.snapshot)),
    '',
    ...kernels(),
    '',
    ...(offline ? [] : [...inputs(facts), '']),
    'FROM base AS build',
    ...SHELL,
    ...checkSums(offline),
    ...system(facts, 'build'),
    ...torch(facts),
    'COPY image/jobs.sh /src/jobs.sh',
    '',
    ...flashinfer(facts),
    ...vllm(facts),
    '',
    ...runtime(facts),
    '',
  ].join('\n');
}
