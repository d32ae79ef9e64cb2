/**
 * The FlashInfer loop returns the kernel class that it computed.
 *
 * Shapes of `select_nvfp4_moe_backend`:
 *  -   v0.9 – v0.13        no such function
 *  S1  v0.14               returns a backend only
 *  S2  v0.15 – 3b30e6150   the FlashInfer loop computes a class and returns None; the explicit TRTLLM branch
 *                          above it returns None too, rightly: that backend has no class
 *  S3  v0.17 –             a loop over classes returns them
 * Other oracles (fp8, unquantized, mxfp4) return None on purpose and are not looked at.
 */
import {
  ancestors,
  bare,
  callsOf,
  defineCodemod,
  descendants,
  field,
  isOurs,
  isSafe,
  type JudgeContext,
  locate,
  moduleFunctions,
  type Node,
  parseAll,
  positional,
  replaceMarked,
  type Site,
  type SourceFile,
  textOf,
} from '../../../src/api.js';

const ID = 'vllm/nvfp4-moe-backend';
const FUNCTION = 'select_nvfp4_moe_backend';

interface ReturnSite extends Site {
  readonly statement: Node;
  /** What is returned beside the backend. */
  readonly returned: Node;
  /** The variable that holds the kernel class. */
  readonly kernel: string;
}

/** The variable on which a loop asks `is_supported_config`: the class that it computed. */
function kernelOf(loop: Node, text: string): string | undefined {
  const asked = callsOf(loop, 'is_supported_config', text)
    .map((call) => field(field(call, 'function'), 'object'))
    .filter((object) => object?.type === 'identifier');
  const names = new Set(asked.map((object) => textOf(object!, text)));
  return names.size === 1 ? [...names][0] : undefined;
}

/** Loops over FlashInfer's backends; where a revision has none, its loops over all backends. */
function backendLoops(fn: Node, text: string): Node[] {
  const loops = descendants(fn, 'for_statement').filter((loop) => kernelOf(loop, text) !== undefined);
  const outer = loops.filter((loop) => ![...ancestors(loop)].some((at) => at.type === 'for_statement'));
  const flashinfer = outer.filter((loop) => /flashinfer/i.test(textOf(field(loop, 'right')!, text)));
  return flashinfer.length > 0 ? flashinfer : outer;
}

function sitesOf(file: SourceFile, fn: Node): ReturnSite[] {
  const { text } = file;
  return backendLoops(fn, text).flatMap((loop) => {
    const kernel = kernelOf(loop, text)!;
    return descendants(loop, 'return_statement').map((statement): ReturnSite => {
      const [, returned = statement, ...more] = positional(bare(statement.namedChildren[0] ?? undefined));
      const base = { file, offset: statement.startIndex, statement, returned, kernel };
      const keeps = textOf(returned, text) === kernel;
      if (!isSafe(statement) || more.length > 0 || (!keeps && returned.type !== 'none')) {
        return { ...base, state: 'unknown', what: 'a loop over backends returns something else' };
      }
      if (!keeps) return { ...base, state: 'wrong', what: `${kernel} is computed, and None is returned` };
      const state = isOurs(file, ID, statement) ? 'ours' : 'right';
      return { ...base, state, what: `${kernel} is returned` };
    });
  });
}

async function selectors(context: JudgeContext): Promise<{ file: SourceFile; fn: Node }[]> {
  const files = await locate(context, {
    known: ['vllm/model_executor/layers/fused_moe/oracle/nvfp4.py'],
    search: /^vllm\/.*moe.*\.py$/,
    holds: /\bdef select_nvfp4_moe_backend\b/,
  });
  return (await parseAll(context, files, 'python')).flatMap(({ file, root }) =>
    moduleFunctions(root, FUNCTION, file.text).map((fn) => ({ file, fn })),
  );
}

export default defineCodemod<ReturnSite>({
  id: ID,
  project: 'vllm',
  title: 'The FlashInfer NVFP4 MoE loop returns its kernel class',
  why: 'With VLLM_USE_FLASHINFER_MOE_FP4=1 and no explicit backend, the class that was found to work is dropped: the model stops with an assertion on experts_cls.',
  effect: {
    kind: 'stops',
    concerns: 'NVFP4 MoE models with VLLM_USE_FLASHINFER_MOE_FP4=1 and no VLLM_FLASHINFER_MOE_BACKEND',
  },
  references: [
    { kind: 'commit', ref: '42135d689', note: 'introduced (#32414, v0.15.0)' },
    { kind: 'commit', ref: '97995f637', date: '2026-03-03', note: 'rewritten, right (#32564, v0.17.0)' },
  ],
  retire: 'when no pin is older than v0.17.0',
  upstreamStatus: 'Backport [97995f637]',

  async judge(context) {
    const found = await selectors(context);
    return {
      sites: found.flatMap(({ file, fn }) => sitesOf(file, fn)),
      absent:
        found.length === 0
          ? 'no Python file of a MoE below vllm/ defines select_nvfp4_moe_backend'
          : 'select_nvfp4_moe_backend has no loop that asks is_supported_config: it computes no kernel class',
      reason: {
        wrong: 'the FlashInfer loop drops the kernel class that it computed',
        right: 'the loop over backends returns the kernel class that it computed',
      },
    };
  },

  rewrite(sites) {
    return sites.flatMap(({ file, statement, returned, kernel }) =>
      replaceMarked(file, returned, kernel, { holder: statement, statement, id: ID }),
    );
  },
});
