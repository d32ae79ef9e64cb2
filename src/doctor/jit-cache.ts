import { readReceipt } from '../apply/receipt.js';
import { Failure } from '../failure.js';
import { cachedModules, jitCacheFolder, staleModules } from '../installed/jit-cache.js';
import { findInstalled, rootOf } from '../installed/package.js';
import type { Finding, Surroundings } from './finding.js';

const CHECK = 'jit-cache';

/** Were modules of FlashInfer's JIT compiled before the package was patched? */
export async function checkJitCache({ environment, sitePackages }: Surroundings): Promise<Finding> {
  const cache = jitCacheFolder({ ...environment });
  const modules = await cachedModules(cache);
  if (sitePackages === undefined || modules.length === 0) {
    const cause = modules.length === 0 ? `${cache} holds no module` : 'no Python environment was given';
    return { check: CHECK, state: modules.length === 0 ? 'ok' : 'unknown', cause, evidence: [] };
  }
  try {
    const found = await findInstalled('flashinfer', { sitePackages });
    const receipt = await readReceipt(rootOf(found));
    const own = receipt?.files.filter(({ path }) => path.startsWith(`${found.kind.folder}/`)) ?? [];
    const stale = await staleModules(
      cache,
      found.dir,
      own.map(({ path }) => path.slice(found.kind.folder.length + 1)),
    );
    if (stale.length === 0) {
      return {
        check: CHECK,
        state: 'ok',
        cause: `${modules.length} modules, none older than an edit`,
        evidence: [],
      };
    }
    return {
      check: CHECK,
      state: 'wrong',
      cause:
        'modules of the JIT cache were compiled before FlashInfer was patched: they run without the fixes',
      evidence: stale.map((module) => module.dir),
      next: `dgx-patch apply --target flashinfer@installed --site-packages ${sitePackages} --clear-jit-cache`,
    };
  } catch (error) {
    if (error instanceof Failure)
      return { check: CHECK, state: 'unknown', cause: error.message, evidence: [] };
    throw error;
  }
}
