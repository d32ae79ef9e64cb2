import { Failure } from '../failure.js';
import { findPin, type Pin, type Pins } from '../pins/pins.js';
import type { Mirrors } from '../revision/mirrors.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import type { InstalledPackage } from './package.js';

/** What is known of the revision that a package was made of. */
export interface Origin {
  /** As a user types it: `v0.20.2`. */
  readonly revision: string;
  /** As much of the commit as is known; empty where nothing is. */
  readonly commit: string;
  readonly pin: Pin | undefined;
  /** Its source tree, where a mirror has it. The caller closes it. */
  readonly source: Target | undefined;
}

/** Where the pins file and the mirrors are looked in. */
interface Places {
  readonly pins: Pins;
  readonly mirrors: Mirrors;
  readonly progress?: (line: string) => void;
}

/** What may name the revision: the commit that the build noted is exact, a tag is what it was called. */
function namesOf({ revision, commit }: InstalledPackage): string[] {
  return commit === undefined ? [revision] : [commit, revision];
}

async function sourceOf(
  found: InstalledPackage,
  { pins, mirrors, progress }: Places,
): Promise<Target | undefined> {
  const { project } = found.kind;
  // Without a mirror nothing is fetched: what is installed is judged by itself.
  if (!mirrors.has(project)) return undefined;
  for (const name of namesOf(found)) {
    const target = await resolveTarget(`${project}@${name}`, {
      mirrors,
      pins,
      ...(progress ? { progress } : {}),
    }).catch((error) => {
      if (error instanceof Failure && error.kind === 'unavailable') return undefined;
      throw error;
    });
    if (target) return target;
  }
  return undefined;
}

/** Finds out what a package was made of: its source by a mirror, else its pin, else what it says itself. */
export async function originOf(found: InstalledPackage, places: Places): Promise<Origin> {
  const { project } = found.kind;
  const source = await sourceOf(found, places);
  const pin =
    source?.pin ??
    namesOf(found)
      .map((name) => findPin(places.pins, project, name))
      .find(Boolean);
  return {
    revision: found.revision,
    commit: source?.commit ?? pin?.commit ?? found.commit ?? '',
    pin,
    source,
  };
}
