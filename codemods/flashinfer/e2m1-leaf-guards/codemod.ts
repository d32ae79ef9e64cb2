/**
 * The E2M1 leaf converters: hardware where the ISA has the instructions, software elsewhere.
 *
 * Shapes:
 *  none  – v0.2.5           no E2M1 conversion
 *  L1    v0.2.6 – v0.6.6    three conversions in quantization.cuh (quantization_utils.cuh from v0.6.2 on), two
 *                           each in the all-reduce fusions (three in one of them from v0.6.0 on)
 *  L2    v0.6.7 –           and decoding: csrc/xqa/utils.cuh, vec_dtypes.cuh (v0.6.10), quantization_utils.cuh
 *                           (v0.6.13); more conversions in later files
 *
 * Every guard asks for `__CUDA_ARCH__ >= 1000`, which plain sm_121 passes. The outer guards stay as they are:
 * behind them stands `return 0`, not a software path.
 */
import { byFile, defineCodemod, parseArch, type SourceFile, search, splitArchs } from '../../../src/api.js';
import { isReached } from '../../_shared/e2m1/activity.js';
import {
  activitiesOf,
  type ConversionSite,
  conversionEdits,
  conversionSites,
  type GuardRequest,
  strayMentions,
} from '../../_shared/e2m1/conversions.js';
import { type DecodeSite, decodeEdits, decodeSites } from './decode.js';

const ID = 'flashinfer/e2m1-leaf-guards';

/** What the JIT defines, for CUDA 13.0 and for a toolkit that converts to bfloats as well (13.2). */
const BUILDS = ['0', '2'].map((minor) => ({
  __CUDACC_VER_MAJOR__: '13',
  __CUDACC_VER_MINOR__: minor,
  FLASHINFER_ENABLE_FP4_E2M1: '1',
  ENABLE_4BIT_KV_CACHE: '1',
}));
const REQUEST: GuardRequest = { id: ID, guard: 'feature', builds: BUILDS };

/** v0.2.13 to v0.2.14 ask for CUDA 120800 where they mean 12080: what no build compiles is not wrong. */
function settled<S extends ConversionSite | DecodeSite>(sites: readonly S[], { text }: SourceFile): S[] {
  const activities = activitiesOf(text, REQUEST);
  return sites.map((site) =>
    site.state === 'unknown' &&
    site.statement.endIndex > 0 &&
    !activities.some((activity) => isReached(activity, site.helperAt))
      ? { ...site, state: 'right', what: 'no build compiles it' }
      : site,
  );
}

const isDecoding = (site: ConversionSite | DecodeSite): site is DecodeSite => 'software' in site;

export default defineCodemod<ConversionSite | DecodeSite>({
  id: ID,
  project: 'flashinfer',
  title: 'E2M1 leaf converters: hardware where the ISA has the instructions, software elsewhere',
  why: 'The converters ask for __CUDA_ARCH__ >= 1000, which plain sm_121 passes, although its ISA lacks the instructions: a JIT build for a plain target stops in ptxas. Excluding 12.1 in the outer guards instead gives constant zeros.',
  effect: { kind: 'stops', concerns: 'JIT builds for a plain 12.x target' },
  references: [
    {
      kind: 'measurement',
      ref: 'nvcc 13.0.88',
      note: 'v0.6.3 assembles for 121a, 121f, 120f and stops for 121',
    },
    {
      kind: 'measurement',
      ref: 'nvcc 13.0.88',
      note: 'with 12.1 excluded from every guard, the kernel stores 0 and no scale',
    },
    { kind: 'pull-request', ref: 'vllm#52708', date: '2026-09-14', note: 'the instruction runs on GB10' },
  ],
  retire: 'when no JIT build of yours is for a plain target',

  async judge(context) {
    const files = await search(
      context,
      /^(?:flashinfer\/data\/)?(?:csrc|include)\/.*\.(?:cu|cuh|h|hpp|inl)$/,
      /\.e2m1x2\b/,
    );
    const sites: (ConversionSite | DecodeSite)[] = [];
    let stray: string | undefined;
    for (const file of files) {
      const conversions = await conversionSites(file, context, REQUEST);
      const decodings = await decodeSites(file, context, REQUEST);
      sites.push(...settled<ConversionSite | DecodeSite>([...conversions, ...decodings], file));
      if (await strayMentions(file, /\.e2m1x2\b/, context)) stray ??= file.path;
    }
    if (stray !== undefined) {
      return { sites, drifted: `${stray} uses an E2M1 instruction outside of an asm statement` };
    }
    return {
      sites,
      absent: 'no source of this revision holds an E2M1 instruction',
      reason: {
        wrong: 'the E2M1 instructions are reached on plain sm_121, whose ISA lacks them',
        right: 'the E2M1 instructions are reached only on targets whose ISA has them',
      },
    };
  },

  effectAt(_, { build: { arch } }) {
    const twelve = splitArchs(arch).filter((one) => parseArch(one)?.major === 12);
    if (twelve.length === 0 || twelve.some((one) => parseArch(one)!.suffix === '')) return undefined;
    return { kind: 'none', because: `a build for ${twelve.join(', ')} keeps the hardware path` };
  },

  rewrite: (sites) =>
    byFile(sites).flatMap((own) => {
      const conversions = own.filter((site): site is ConversionSite => !isDecoding(site));
      const decodings = own.filter(isDecoding);
      const [first] = conversions;
      // The guard's macro must stand before its first use, whichever kind of site that is.
      const guarded = first !== undefined && !decodings.some((site) => site.helperAt < first.helperAt);
      const edits = [conversionEdits(conversions, REQUEST), decodeEdits(decodings, ID, guarded)];
      return (guarded || first === undefined ? edits : edits.reverse()).flat();
    }),
});
