import { Failure } from '../failure.js';
import type { Pin } from '../pins/pins.js';
import { ARCH_LIST, type Build, CUDA_VERSION } from '../source/build.js';

/** The build that is asked for: options, else the pin's, else GB10's native one. */
export function buildFor(
  pin: Pin | undefined,
  options: { cuda?: string | undefined; arch?: string | undefined },
): Build {
  const build = { cuda: options.cuda ?? pin?.cuda ?? '13.0', arch: options.arch ?? pin?.arch ?? '12.1a' };
  if (!CUDA_VERSION.test(build.cuda)) {
    throw new Failure('usage', `${JSON.stringify(build.cuda)} is not a CUDA version`, {
      next: 'for example: --cuda 13.0',
    });
  }
  if (!ARCH_LIST.test(build.arch)) {
    throw new Failure('usage', `${JSON.stringify(build.arch)} is not an arch list`, {
      next: 'for GB10: --arch 12.1a (native) or --arch 12.0f (family)',
    });
  }
  return build;
}
