import { Failure } from '../failure.js';
import { holdingsOf } from '../installed/libraries.js';
import { findInstalled } from '../installed/package.js';
import { PACKAGES } from '../installed/packages.js';
import type { Finding, Surroundings } from './finding.js';

const CHECK = 'compiled-kernels';

/** Do the compiled libraries of the installed packages hold code that GB10 runs? */
export async function checkCompiled({ sitePackages }: Surroundings): Promise<Finding> {
  if (sitePackages === undefined) {
    const cause = 'no Python environment was given';
    return { check: CHECK, state: 'unknown', cause, evidence: [], next: 'dgx-patch doctor --python <file>' };
  }
  const evidence: string[] = [];
  const wrong: string[] = [];
  for (const { project, title } of PACKAGES) {
    const found = await findInstalled(project, { sitePackages }).catch((error) => {
      if (error instanceof Failure) return undefined;
      throw error;
    });
    const holds = found && (await holdingsOf(found));
    if (!holds) continue;
    evidence.push(...holds.sentences.map((sentence) => `${title} ${found.version}: ${sentence}`));
    if (holds.state === 'wrong') wrong.push(title);
  }
  if (evidence.length === 0) {
    const cause = `${sitePackages} has no library with device code of vLLM or FlashInfer`;
    return { check: CHECK, state: 'unknown', cause, evidence: [] };
  }
  if (wrong.length === 0) {
    return { check: CHECK, state: 'ok', cause: 'the compiled libraries hold code that GB10 runs', evidence };
  }
  return {
    check: CHECK,
    state: 'wrong',
    cause: `what is compiled into ${wrong.join(', ')} is not for GB10`,
    evidence,
    next: 'use a wheel or an image that was built for 12.0f or 12.1a, or build one: dgx-patch build --help',
  };
}
