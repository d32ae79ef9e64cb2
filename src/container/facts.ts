import type { PinSet } from '../pins/pins.js';
import type { BaseImage } from './base-image.js';
import type { FetchedSource } from './fetched.js';
import type { Part } from './sets.js';
import type { Gitlink, VllmFacts } from './sources.js';

/** All that the Containerfile depends on. */
export interface ImageFacts {
  readonly set: PinSet;
  readonly base: BaseImage;
  readonly parts: ReadonlySet<Part>;
  readonly vllm: VllmFacts;
  readonly version: string;
  readonly flashinferLinks: readonly Gitlink[];
  readonly labels: Readonly<Record<string, string>>;
  /** What vLLM's CMake fetches, less the projects whose trees are in the context. */
  readonly fetched: readonly FetchedSource[];
  /** True where FlashInfer's kernels are compiled while the image is built. */
  readonly aot: boolean;
  /** True where `prefetched/` holds what the build would fetch. */
  readonly offline: boolean;
  /** The moment of the distribution's archive; undefined for now. */
  readonly snapshot: string | undefined;
}

/** Torch's wheels for the set's CUDA. */
export function torchIndex({ set }: Pick<ImageFacts, 'set'>): string {
  return `https://download.pytorch.org/whl/${torchFlavour(set.cuda)}`;
}

const torchFlavour = (cuda: string): string => `cu${cuda.replace('.', '')}`;

/** Torch as pip is asked for it: the set's version, built for the set's CUDA. */
export function torchRequirement({ set }: Pick<ImageFacts, 'set'>): string {
  return `torch${set.torch ? `==${set.torch.replace(/\+.*/, '')}+${torchFlavour(set.cuda)}` : ''}`;
}

/** Its companions, which follow its version. */
export const TORCH_FAMILY = ['torchvision', 'torchaudio'] as const;

/** A submodule that is fetched, since its project's tree is not in the context. */
export function fetchedLinks({ flashinferLinks, parts }: ImageFacts): readonly Gitlink[] {
  return flashinferLinks.filter(({ path }) => !(path === '3rdparty/cutlass' && parts.has('cutlass')));
}

/** What a source of FlashInfer's is called below `prefetched/sources`. */
export const linkName = ({ path }: Gitlink): string => `flashinfer-${path.replaceAll('/', '-')}`;
