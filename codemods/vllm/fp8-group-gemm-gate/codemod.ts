/**
 * Grouped FP8 CUTLASS GEMMs are not offered on SM12x, which has no such kernels.
 *
 * Shapes of `cutlass_group_gemm_supported(cuda_device_capability)` in _custom_ops.py:
 *  G1  v0.9 – v0.15.0  asks the C++, which says yes from 100 on. Before v0.14 no MoE selector asks it.
 *  G2  v0.15.1 –       a gate in front: below 90 and from 110 on, no
 */
import {
  calleeName,
  type Document,
  defineCodemod,
  field,
  holding,
  holds,
  insertLines,
  isOurs,
  isSafe,
  locate,
  type Meaning,
  mark,
  moduleFunctions,
  type Node,
  NotUnderstood,
  PythonRun,
  parameters,
  parseAll,
  type Site,
  type SiteState,
  statements,
  textOf,
} from '../../../src/api.js';

const ID = 'vllm/fp8-group-gemm-gate';
const FUNCTION = 'cutlass_group_gemm_supported';

interface GateSite extends Site {
  /** The statement before which the gate goes. */
  readonly first: Node;
  readonly parameter: string;
}

/**
 * What the function answers on a device whose build has every kernel that is asked for; undefined where it cannot
 * be read.
 */
function answer(fn: Node, parameter: string, capability: number, text: string): boolean | undefined {
  const meaning: Meaning = (node, own) => {
    if (node.type === 'call' && calleeName(node, own) === FUNCTION) return true;
    return textOf(node, own) === parameter ? capability : undefined;
  };
  try {
    return holds(new PythonRun(text, meaning, new Map(), true).result(field(fn, 'body')));
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

function stateOf(fn: Node, parameter: string, text: string): [SiteState, string] {
  const [hopper, b200, rtx, spark] = [90, 100, 120, 121].map((device) => answer(fn, parameter, device, text));
  if ([hopper, b200, rtx, spark].includes(undefined)) return ['unknown', 'a gate that cannot be read'];
  if (!hopper || !b200) return ['unknown', 'a gate that closes SM90 or SM100'];
  if (rtx !== spark) return ['unknown', 'a gate that tells 12.0 from 12.1'];
  return spark ? ['wrong', 'open for SM12x, which has no such kernels'] : ['right', 'closed for SM12x'];
}

function sitesOf({ file, root }: Document): GateSite[] {
  const { text } = file;
  return moduleFunctions(root, FUNCTION, text).flatMap((fn) => {
    const [parameter, ...more] = parameters(fn, text);
    if (parameter === undefined || more.length > 0) return [];
    const all = statements(fn);
    const body = all[0]?.namedChildren[0]?.type === 'string' ? all.slice(1) : all;
    const [found, what] = isSafe(fn)
      ? stateOf(fn, parameter, text)
      : (['unknown', 'does not parse'] as const);
    const state = found === 'right' && isOurs(file, ID, fn) ? 'ours' : found;
    const first = body[0] ?? fn;
    return [{ file, offset: fn.startIndex, state, what: `${FUNCTION}: ${what}`, first, parameter }];
  });
}

export default defineCodemod<GateSite>({
  id: ID,
  project: 'vllm',
  title: 'Grouped FP8 CUTLASS GEMMs stay closed on SM12x',
  why: 'FP8 MoE models choose a CUTLASS grouped GEMM on GB10 that exists for SM90 and SM100 only, and stop with "Required capability: 90 or 100".',
  effect: { kind: 'stops', concerns: 'FP8 MoE models' },
  references: [
    { kind: 'commit', ref: '1bd47d6e5', date: '2026-01-28', note: 'upstream closes the gate (#33285)' },
    { kind: 'commit', ref: '39e8b4937', note: 'the same in v0.15.1' },
  ],
  retire: 'when no pin is older than v0.15.1',
  upstreamStatus: 'Backport [1bd47d6e5]',

  async judge(context) {
    // Who asks is a MoE of this name or nobody: others that call it are no selectors.
    const callers = await holding(
      context.tree,
      /^vllm\/(?=.*moe).*(?:cutlass|fp8)[^/]*\.py$/,
      /\bcutlass_group_gemm_supported\s*\(/,
    );
    if (callers.length === 0) {
      return {
        absent:
          'no MoE file named after CUTLASS or FP8 below vllm/ calls cutlass_group_gemm_supported: nothing offers grouped FP8 GEMMs to SM12x by it',
      };
    }
    const files = await locate(context, {
      known: ['vllm/_custom_ops.py'],
      search: /^vllm\/.*ops[^/]*\.py$/,
      holds: /\bdef cutlass_group_gemm_supported\s*\(\s*\w/,
    });
    return {
      sites: (await parseAll(context, files, 'python')).flatMap(sitesOf),
      expected: 1,
      reason: {
        wrong: 'grouped FP8 GEMMs are offered on SM12x, which has no kernel for them',
        right: 'grouped FP8 GEMMs are closed on SM12x, on purpose',
      },
    };
  },

  rewrite(sites) {
    return sites.map(({ file, first, parameter }) =>
      insertLines(file, first.startIndex, [
        `# ${mark(ID)}: kernels exist for SM90 and SM100 only`,
        `if ${parameter} >= 110:`,
        '    return False',
      ]),
    );
  },
});
