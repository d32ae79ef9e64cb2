/** What a gate that is left wrong does on GB10: that depends on its kind, and for guards on the build. */
import { type Codemod, type JudgeContext, parseArch, type Spot, splitArchs } from '../../../src/api.js';
import { dispatchSites } from './dispatch.js';

type Said = ReturnType<NonNullable<Codemod['effectAt']>>;

type Kind = 'bound' | 'dispatch' | 'marlin' | 'guard';

/** A `bound` is a dispatch that GB10 passes, and that only a later family should not. */
async function kindOf({ path, offset }: Spot, context: JudgeContext): Promise<Kind> {
  if (/marlin/.test(path)) return 'marlin';
  const file = await context.tree.read(path);
  const sites = file ? dispatchSites(await context.parse(file, 'cuda')) : [];
  const own = sites.find((site) => site.offset === offset);
  if (!own) return 'guard';
  return own.unbounded ? 'bound' : 'dispatch';
}

export async function routingEffect(wrong: readonly Spot[], context: JudgeContext): Promise<Awaited<Said>> {
  const kinds = new Set(await Promise.all(wrong.map((spot) => kindOf(spot, context))));
  const { arch } = context.build;
  const native = splitArchs(arch).some((one) => one.startsWith('12.1') && parseArch(one));
  if (!native) kinds.delete('guard');
  const concerns = [
    ...(kinds.has('dispatch') ? ['FP8 and NVFP4 models'] : []),
    ...(kinds.has('guard') ? [`FP8 models in a native ${arch} build`] : []),
    ...(kinds.has('marlin') ? ['Marlin with FP8 activations (VLLM_MARLIN_INPUT_DTYPE=fp8)'] : []),
  ];
  if (concerns.length > 0) return { concerns: concerns.join(', ') };
  const because = kinds.has('bound')
    ? '12.1 is admitted, and the bound that is missing is about later families'
    : `a build for ${arch} compiles the guarded kernels for 12.0`;
  return { kind: 'none', because };
}
