/**
 * Software E2M1 conversion where the ISA lacks `cvt.rn.satfinite.e2m1x2.f32`.
 *
 * Shapes:
 *  E1   v0.9.0 – v0.10.1   two functions a file in nvfp4_quant_kernels.cu and nvfp4_experts_quant.cu (4 sites;
 *                          6 while activation_nvfp4_quant_fusion_kernels.cu had a copy), under `>= 1000`
 *  E2   v0.10.2 – v0.14    nvfp4_utils.cuh, `fp32_vec_to_e2m1` twice (2 sites)
 *  E3   v0.15 –            `fp32_vec8_to_e2m1` twice and `fp32_vec16_to_e2m1` (3 sites)
 *  E3s  v0.20 –            the same below csrc/libtorch_stable
 */
import { byFile, defineCodemod, parseArch, type SourceFile, search } from '../../../src/api.js';
import {
  type ConversionSite,
  conversionEdits,
  conversionSites,
  type GuardRequest,
  strayMentions,
} from '../../_shared/e2m1/conversions.js';
import { unitsReaching } from './built.js';

const ID = 'vllm/software-e2m1';

function requestOf(options: Readonly<Record<string, string>>): GuardRequest {
  return { id: ID, guard: options.guard === 'sm121' ? 'sm121' : 'feature' };
}

/** Sites that the shape of a file has: two conversions, or three where there is a 16-value form. */
function declaredSites(file: SourceFile): number {
  return /\bfp32_vec16_to_e2m1\s*\(/.test(file.text) ? 3 : 2;
}

export default defineCodemod<ConversionSite>({
  id: ID,
  project: 'vllm',
  role: 'conversion',
  title: 'Software E2M1 conversion where the ISA lacks the instruction',
  why: 'The FP4 conversion asm assembles for sm_121a, sm_121f and sm_120f, but not for plain sm_121: a build for a plain target stops in ptxas.',
  effect: { kind: 'stops', concerns: 'builds for a plain 12.x target' },
  references: [
    {
      kind: 'commit',
      ref: 'adc3ddb430',
      date: '2025-09-04',
      note: 'the conversions move into nvfp4_utils.cuh and lose their guard',
    },
    { kind: 'commit', ref: 'fcb9df99bd', date: '2026-01-24', note: 'renamed, and a 16-value form is added' },
    { kind: 'commit', ref: '7c080dd3c5', date: '2026-03-31', note: 'moved below csrc/libtorch_stable' },
    {
      kind: 'pull-request',
      ref: '#35947',
      date: '2026-03-04',
      note: 'a software path for every SM12x: closed unmerged',
    },
    {
      kind: 'measurement',
      ref: 'ptxas 13.0.88',
      note: 'cvt.rn.satfinite.e2m1x2.f32 assembles for 120a, 120f, 121a, 121f; not for 120, 121',
    },
  ],
  retire: 'when no build of yours compiles these files for a plain target',
  upstreamStatus: 'Denied [https://github.com/vllm-project/vllm/pull/35947]',
  options: {
    guard: {
      values: ['feature', 'sm121'],
      default: 'feature',
      about: 'feature: hardware wherever the ISA has it; sm121: software on every SM_121 build',
    },
  },

  async judge(context) {
    const files = await search(
      context,
      /^csrc\/(?!rocm\/|cpu\/).*(?:fp4|e2m1)[^/]*\.(?:cu|cuh|h|hpp)$/i,
      /e2m1x2\.f32/,
    );
    const found = await Promise.all(
      files.map(async (file) => ({
        file,
        sites: await conversionSites(file, context, requestOf(context.options)),
      })),
    );
    const holders = found.filter(({ sites }) => sites.length > 0);
    const sites = holders.flatMap((holder) => holder.sites);
    for (const { file, sites: own } of holders) {
      const declared = declaredSites(file);
      if (own.length !== declared) {
        const drifted = `${file.path} has ${own.length} conversions where its shape has ${declared}`;
        return { sites, drifted };
      }
      if (await strayMentions(file, /e2m1x2\.f32/, context)) {
        return { sites, drifted: `${file.path} uses the instruction outside of an asm statement` };
      }
    }
    return {
      sites,
      absent: 'no FP4 source below csrc/ holds the conversion instruction (e2m1x2.f32)',
      reason: {
        wrong: 'the conversion asm is reached on plain sm_121, whose ISA lacks it',
        right: 'the conversion asm is reached only on targets whose ISA has it',
      },
    };
  },

  async effectAt(wrong, context) {
    if (requestOf(context.options).guard === 'sm121') {
      return { kind: 'wrong', concerns: 'who asked for software on every SM_121 build' };
    }
    const units = await unitsReaching([...new Set(wrong.map(({ path }) => path))], context);
    const graph = await context.evaluateCMake(context.build);
    if (graph.errors.length > 0) return undefined;
    const groups = graph.groups.filter(({ sources }) => sources.some((source) => units.has(source)));
    const archs = [...new Set(groups.flatMap((group) => group.archs))].filter(
      (arch) => parseArch(arch)?.major === 12,
    );
    if (archs.some((arch) => parseArch(arch)!.suffix === '')) return undefined;
    const because =
      archs.length === 0
        ? 'no kernel that converts to FP4 is built for 12.x'
        : `the kernels that convert to FP4 are built for ${archs.join(', ')}, where the hardware path stays`;
    return { kind: 'none', because };
  },

  rewrite: (sites, context) =>
    byFile(sites).flatMap((own) => conversionEdits(own, requestOf(context.options))),
});
