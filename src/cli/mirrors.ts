import { type Mirrors, readMirrors } from '../revision/mirrors.js';

/** The mirrors of --mirror, then those of DGX_PATCH_MIRRORS: the one place that reads the variable. */
export function mirrorsOf({ mirror }: { readonly mirror: readonly string[] }): Mirrors {
  return readMirrors(mirror, process.env.DGX_PATCH_MIRRORS);
}
