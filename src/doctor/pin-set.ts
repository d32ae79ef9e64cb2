import type { Disagreement } from '../pins/agreement.js';
import type { PinSet } from '../pins/pins.js';
import type { Finding, Surroundings } from './finding.js';
import { distributions } from './packages.js';

const CHECK = 'pin-set';

/** A set of the pins file, and where its members are not what its vLLM asks for. */
export interface SetSubject {
  readonly set: PinSet;
  readonly disagreements: readonly Disagreement[];
}

const bare = (version: string): string => version.replace(/^v/, '').replace(/\+.*$/, '');

/** Installed packages that are not the set's. A pin that is no release has no version to compare. */
async function strangers({ set }: SetSubject, site: string): Promise<string[]> {
  const installed = await distributions(site);
  const members = [
    ['vllm', set.vllm],
    ['flashinfer-python', set.flashinfer],
    ['torch', set.torch],
  ] as const;
  return members.flatMap(([name, wanted]) => {
    const have = installed.get(name)?.version;
    if (have === undefined || wanted === undefined || !/^v?\d/.test(wanted)) return [];
    return bare(have) === bare(wanted) ? [] : [`${name} ${have} is installed, the set has ${wanted}`];
  });
}

/** Do the members of a set belong together, and is that set what is installed? */
export async function checkSet(
  { sitePackages }: Surroundings,
  subject: SetSubject | undefined,
): Promise<Finding> {
  if (!subject) {
    const cause = 'no set was given to compare with';
    return { check: CHECK, state: 'unknown', cause, evidence: [], next: 'dgx-patch doctor --set <name>' };
  }
  const { set } = subject;
  const apart = subject.disagreements.map(
    ({ member, set: own, vllm, path }) => `${member} is ${own}, but vLLM's ${path} names ${vllm}`,
  );
  const others = sitePackages === undefined ? [] : await strangers(subject, sitePackages);
  if (apart.length + others.length === 0) {
    return { check: CHECK, state: 'ok', cause: `the members of ${set.name} belong together`, evidence: [] };
  }
  return {
    check: CHECK,
    state: 'wrong',
    cause:
      apart.length > 0
        ? `the members of ${set.name} do not belong together`
        : `what is installed is not the set ${set.name}`,
    evidence: [...apart, ...others],
    next:
      apart.length > 0
        ? 'dgx-patch pins sets'
        : 'install the versions of the set, or name the set that is installed',
  };
}
