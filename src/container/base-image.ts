import { Failure } from '../failure.js';

/** The newest patch release of NVIDIA's development image, by CUDA version. */
const RELEASES: Readonly<Record<string, string>> = { '12.8': '12.8.1', '12.9': '12.9.1', '13.0': '13.0.2' };

export interface BaseImage {
  readonly image: string;
  /** Undefined where the reference is a tag alone: the same tag may be another image tomorrow. */
  readonly digest: string | undefined;
}

/** The image to build on: the user's, else NVIDIA's for the CUDA version. */
export function baseImage(given: string | undefined, cuda: string): BaseImage {
  const release = RELEASES[cuda];
  if (given === undefined && !release) {
    throw new Failure('usage', `no base image is known for CUDA ${cuda}`, {
      next: `name one that has nvcc ${cuda}: --base nvidia/cuda:<version>-devel-ubuntu24.04`,
    });
  }
  const image = given ?? `nvidia/cuda:${release}-devel-ubuntu24.04`;
  if (!/^[a-z0-9][\w./:-]*(?:@sha256:[0-9a-f]{64})?$/i.test(image)) {
    throw new Failure('usage', `${JSON.stringify(image)} is not the name of an image`, {
      next: 'for example: --base nvidia/cuda:13.0.2-devel-ubuntu24.04@sha256:…',
    });
  }
  return { image, digest: /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] };
}
