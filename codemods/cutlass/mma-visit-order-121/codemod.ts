/**
 * The warp-level MMA visits tiles on SM121 in the order of SM120.
 *
 * Shapes:
 *  none  – v3.8.0    no order of its own for SM120
 *  V1    v3.9.0 –    `#elif … (__CUDA_ARCH__ == 1200)`
 */
import {
  activeRanges,
  defineCodemod,
  deviceMacros,
  type Edit,
  inlineMark,
  insert,
  isOurs,
  parseArch,
  type Site,
  type SourceFile,
  search,
  splitArchs,
} from '../../../src/api.js';

const ID = 'cutlass/mma-visit-order-121';
const DECLARATION = /\bkVerticalVisit\s*=\s*(true|false)\s*;/g;
const CONDITION = /^[ \t]*#[ \t]*(?:el)?if\b.*?\b__CUDA_ARCH__\s*==\s*1200\b/m;

interface OrderSite extends Site {
  readonly edits: readonly Edit[];
}

/** The value that a build for `sm` declares; undefined where it declares none, or more than one. */
function orderOn(sm: string, text: string): string | undefined {
  const ranges = activeRanges(text, deviceMacros(sm));
  const values = [...text.matchAll(DECLARATION)].filter(({ index }) =>
    ranges.some(({ start, end }) => start <= index && index < end),
  );
  return values.length === 1 ? values[0]![1] : undefined;
}

function siteOf(file: SourceFile): OrderSite | undefined {
  const { text } = file;
  const [on89, on120, on121] = ['89', '120a', '121a'].map((sm) => orderOn(sm, text));
  // Only from v3.9.0 on, SM120 has another order than the targets before it without a name of their own.
  if (on120 !== undefined && on120 === orderOn('90a', text)) return undefined;
  const base = { file, offset: text.search(/\bkVerticalVisit\b/), edits: [] };
  if (on89 === undefined || on120 === undefined || on121 === undefined) {
    return { ...base, state: 'unknown', what: 'the visit order is declared in another way' };
  }
  const condition = CONDITION.exec(text);
  if (on121 === on120) {
    return { ...base, state: isOurs(file, ID) ? 'ours' : 'right', what: 'SM121 visits as SM120 does' };
  }
  if (!condition) return { ...base, state: 'unknown', what: 'SM120 is named in another way' };
  const at = condition.index + condition[0].length;
  const edits = [insert(file, at, ` || __CUDA_ARCH__ == 1210${inlineMark(ID)}`)];
  return { ...base, offset: condition.index, state: 'wrong', what: 'SM121 visits in another order', edits };
}

export default defineCodemod<OrderSite>({
  id: ID,
  project: 'cutlass',
  title: 'The warp-level MMA visits tiles on SM121 in the order of SM120',
  why: 'GB10 runs the warp-level kernels in the order that was chosen for other machines. The results are the same; it is a matter of speed.',
  effect: { kind: 'slow', concerns: 'warp-level kernels in a native 12.1 build' },
  references: [{ kind: 'measurement', ref: 'v3.9.0 – main', note: 'the condition names 1200 alone' }],
  retire: 'when upstream names SM121 there',

  async judge(context) {
    const files = await search(context, /(?:^|\/)cutlass\/gemm\/warp\/mma_tensor_op\.h$/, /kVerticalVisit/);
    return {
      sites: files.map(siteOf).filter((site) => site !== undefined),
      absent: 'cutlass/gemm/warp/mma_tensor_op.h has no kVerticalVisit for SM120',
      reason: {
        wrong: 'SM121 is not in the condition that chooses the visit order of SM120',
        right: 'SM121 has the visit order of SM120',
      },
    };
  },

  effectAt: (_, { build: { arch } }) =>
    splitArchs(arch).some((one) => parseArch(one)?.minor === 1 && one.startsWith('12.'))
      ? undefined
      : { kind: 'none', because: `a build for ${arch} compiles the order of SM120` },

  rewrite: (sites) => sites.flatMap((site) => site.edits),
});
