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

/** Members of a set that are releases, by the name of their package. A pin that is none has no version to compare. */
function membersOf(set: PinSet): (readonly [name: string, version: string])[] {
  const members = [
    ['vllm', set.vllm],
    ['flashinfer-python', set.flashinfer],
    ['torch', set.torch],
  ] as const;
  return members.flatMap(([name, wanted]) =>
    wanted !== undefined && /^v?\d/.test(wanted) ? [[name, wanted] as const] : [],
  );
}

type Installed = Awaited<ReturnType<typeof distributions>>;

/** Installed packages that are not the set's. */
function strangers(set: PinSet, installed: Installed): string[] {
  return membersOf(set).flatMap(([name, wanted]) => {
    const have = installed.get(name)?.version;
    return have === undefined || bare(have) === bare(wanted)
      ? []
      : [`${name} ${have} is installed, the set has ${wanted}`];
  });
}

/** The set that is installed, or is meant to be: the one with this vLLM and the fewest strangers. */
function installedSet(sets: readonly PinSet[], installed: Installed): PinSet | undefined {
  const vllm = installed.get('vllm')?.version;
  return sets
    .filter((set) => vllm !== undefined && set.vllm !== undefined && bare(set.vllm) === bare(vllm))
    .sort((a, b) => strangers(a, installed).length - strangers(b, installed).length)[0];
}

/** Do the members of a set belong together, and is that set what is installed? */
export async function checkSet(
  { sitePackages }: Surroundings,
  subject: SetSubject | undefined,
  sets: readonly PinSet[] = [],
): Promise<Finding> {
  const installed: Installed = sitePackages === undefined ? new Map() : await distributions(sitePackages);
  const set = subject?.set ?? installedSet(sets, installed);
  if (!set) {
    const cause = 'no set was given to compare with';
    return { check: CHECK, state: 'unknown', cause, evidence: [], next: 'dgx-patch doctor --set <name>' };
  }
  const apart = (subject?.disagreements ?? []).map(
    ({ member, set: own, vllm, path }) => `${member} is ${own}, but vLLM's ${path} names ${vllm}`,
  );
  const others = strangers(set, installed);
  if (apart.length + others.length === 0) {
    const cause = subject
      ? `the members of ${set.name} belong together`
      : `what is installed is the set ${set.name}`;
    return { check: CHECK, state: 'ok', cause, evidence: [] };
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
