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
  field,
  holding,
  holds,
  insertLines,
  type Meaning,
  mark,
  moduleFunctions,
  type Node,
  NotUnderstood,
  PythonRun,
  parameters,
  statements,
  textOf,
} from '../../../src/api.js';
import { type Judged, parts, type Said } from '../../_families/places.js';

const ID = 'vllm/fp8-group-gemm-gate';
const FUNCTION = 'cutlass_group_gemm_supported';

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

function saidOf(fn: Node, parameter: string, text: string): Said {
  const [hopper, b200, rtx, spark] = [90, 100, 120, 121].map((device) => answer(fn, parameter, device, text));
  if ([hopper, b200, rtx, spark].includes(undefined)) return ['unknown', 'a gate that cannot be read'];
  if (!hopper || !b200) return ['unknown', 'a gate that closes SM90 or SM100'];
  if (rtx !== spark) return ['unknown', 'a gate that tells 12.0 from 12.1'];
  return spark ? ['wrong', 'open for SM12x, which has no such kernels'] : ['right', 'closed for SM12x'];
}

function gates({ file, root }: Document): Judged[] {
  const { text } = file;
  return moduleFunctions(root, FUNCTION, text).flatMap((node): Judged[] => {
    const [parameter, ...more] = parameters(node, text);
    if (parameter === undefined || more.length > 0) return [];
    const [first, second] = statements(node);
    const body = first?.namedChildren[0]?.type === 'string' ? second : first;
    const [state, what] = saidOf(node, parameter, text);
    const edits = [
      insertLines(file, (body ?? node).startIndex, [
        `# ${mark(ID)}: kernels exist for SM90 and SM100 only`,
        `if ${parameter} >= 110:`,
        '    return False',
      ]),
    ];
    return [{ node, said: [state, `${FUNCTION}: ${what}`], edits }];
  });
}

export default parts({
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

  parts: [
    {
      language: 'python',
      paths: /^vllm\/.*ops[^/]*\.py$/,
      content: /\bdef cutlass_group_gemm_supported\s*\(\s*\w/,
      look: gates,
    },
  ],
  async before({ tree }) {
    // Who asks is a MoE of this name or nobody: others that call it are no selectors.
    const callers = await holding(
      tree,
      /^vllm\/(?=.*moe).*(?:cutlass|fp8)[^/]*\.py$/,
      /\bcutlass_group_gemm_supported\s*\(/,
    );
    const absent = 'no MoE selector of this revision asks for grouped FP8 GEMMs beyond SM90 and SM100';
    return callers.length === 0 ? { absent } : undefined;
  },
  expected: 1,
  reason: {
    wrong: 'grouped FP8 GEMMs are offered on SM12x, which has no kernel for them',
    right: 'grouped FP8 GEMMs are closed on SM12x, on purpose',
  },
});
