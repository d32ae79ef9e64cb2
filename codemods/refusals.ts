import { type JudgeContext, lineNumber, type Project, type Refusal, type Warning } from '../src/api.js';
import { sm120Alone } from './flashinfer/_refusals/sm120-alone.js';
import { deepGemmClosed, flashAttention4, flashInferMla, skinnyGemm } from './vllm/_refusals/device-gates.js';
import { disabledFp8 } from './vllm/_refusals/disabled-fp8.js';
import { fp4Types } from './vllm/_refusals/fp4-types.js';
import { mlaGates } from './vllm/_refusals/mla-gates.js';
import { nativeSm121Kernels } from './vllm/_refusals/native-sm121-kernels.js';
import { plainSm121 } from './vllm/_refusals/plain-sm121.js';
import { sinkGatesOpened } from './vllm/_refusals/sink-gates.js';
import { sm100Lists } from './vllm/_refusals/sm100-lists.js';
import { trtllmGates } from './vllm/_refusals/trtllm-gates.js';

/** Every edit that is known to be harmful. `explain` shows them, `status` warns of them. */
export const REFUSALS: readonly Refusal[] = [
  fp4Types,
  sm100Lists,
  trtllmGates,
  mlaGates,
  sinkGatesOpened,
  plainSm121,
  disabledFp8,
  nativeSm121Kernels,
  flashInferMla,
  flashAttention4,
  deepGemmClosed,
  skinnyGemm,
  sm120Alone,
];

/** The harmful edits that a project's tree carries already, in the order of `REFUSALS`. */
export async function findRefused(context: JudgeContext, project: Project = 'vllm'): Promise<Warning[]> {
  const refusals = REFUSALS.filter((refusal) => refusal.project === project);
  const warnings = await Promise.all(
    refusals.map(async (refusal) => {
      const traces = await refusal.detect(context);
      const located = traces.map(async (trace) => {
        const text = (await context.tree.read(trace.path))?.text ?? '';
        return { ...trace, line: lineNumber(text, trace.offset) };
      });
      return { refusal, traces: await Promise.all(located) };
    }),
  );
  return warnings.filter(({ traces }) => traces.length > 0);
}
