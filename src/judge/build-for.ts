import { Failure } from '../failure.js';
import type { Pin } from '../pins/pins.js';
import type { Build } from '../source/build.js';

/** What a user asks of the build; what is not said, the pin says. */
export interface BuildWish {
  readonly cuda?: string | undefined;
  readonly arch?: string | undefined;
}

/** Checks the form of what is asked for. */
export function checkWish({ cuda, arch }: BuildWish): BuildWish {
  if (cuda !== undefined && !/^\d+\.\d+$/.test(cuda)) {
    throw new Failure('usage', `${JSON.stringify(cuda)} is not a CUDA version`, {
      next: 'for example: --cuda 13.0',
    });
  }
  if (arch !== undefined && !/^\d+\.\d[af]?(?:[;, ]\d+\.\d[af]?)*$/.test(arch)) {
    throw new Failure('usage', `${JSON.stringify(arch)} is not an arch list`, {
      next: 'for GB10: --arch 12.1a (native) or --arch 12.0f (family)',
    });
  }
  return { cuda, arch };
}

/** The build that is asked for: the wish, else the pin's, else GB10's native one. */
export function buildFor(pin: Pin | undefined, wish: BuildWish = {}): Build {
  const { cuda, arch } = checkWish(wish);
  return { cuda: cuda ?? pin?.cuda ?? '13.0', arch: arch ?? pin?.arch ?? '12.1a' };
}
