import { editedFiles } from '../codemod/plan.js';
import type { Outcome } from '../codemod/types.js';
import { UNJUDGED } from '../codemod/verdict.js';
import { Failure } from '../failure.js';
import type { LockedPin } from '../pins/lock.js';
import type { Pin } from '../pins/pins.js';
import type { Target } from '../revision/resolve.js';
import { blobId } from '../tree/blob-id.js';

export type Expectations = NonNullable<Pin['expect']>;

/** What a pin is expected to give from now on. */
export interface Snapshot {
  readonly expect: Expectations;
  readonly locked: LockedPin;
}

/** What was found at a pin, in the words of the pins file and its lock. */
export async function snapshot(target: Target, outcomes: readonly Outcome[]): Promise<Snapshot> {
  const expect: Expectations = {};
  for (const { codemod, verdict, sites, reason } of outcomes) {
    if (verdict === UNJUDGED) throw new Failure('unavailable', `${codemod.id}: ${reason}`);
    expect[codemod.id] = { verdict, sites: sites.length };
  }
  const files = await editedFiles(outcomes, (path) => target.tree.read(path));
  const locked = files.map(({ path, before, after }) => [
    path,
    { before: before === undefined ? null : blobId(before), after: blobId(after) },
  ]);
  return { expect, locked: { commit: target.commit, files: Object.fromEntries(locked) } };
}

/** One thing that is not as the files say. */
export interface Difference {
  /** A fix, or a file. */
  readonly what: string;
  readonly was: string;
  readonly is: string;
  readonly why?: string;
}

const words = (expected: Expectations[string] | undefined): string =>
  expected ? `${expected.verdict}${expected.sites ? ` ${expected.sites}` : ''}` : '(none)';

const short = (id: string | null | undefined): string =>
  id === undefined ? '(untouched)' : (id ?? '(new)').slice(0, 12);

/** How what was found differs from what the pin and its lock say. Sites count only where both name them. */
export function differences(
  pin: Pin,
  locked: LockedPin | undefined,
  found: Snapshot,
  outcomes: readonly Outcome[],
): Difference[] {
  const reasons = new Map(outcomes.map(({ codemod, reason }) => [codemod.id, reason]));
  const fixes = [...new Set([...Object.keys(pin.expect ?? {}), ...Object.keys(found.expect)])].flatMap(
    (id) => {
      const was = pin.expect?.[id];
      const is = found.expect[id];
      if (was && is && was.verdict === is.verdict && (was.sites ?? is.sites) === is.sites) return [];
      return [{ what: id, was: words(was), is: words(is), why: reasons.get(id) ?? 'there is no such fix' }];
    },
  );
  const paths = [
    ...new Set([...Object.keys(locked?.files ?? {}), ...Object.keys(found.locked.files)]),
  ].sort();
  const files = paths.flatMap((path) => {
    const was = locked?.files[path];
    const is = found.locked.files[path];
    if (was?.before === is?.before && was?.after === is?.after) return [];
    const ids = (file: typeof was): string =>
      file ? `${short(file.before)} → ${short(file.after)}` : short(undefined);
    return [{ what: path, was: ids(was), is: ids(is) }];
  });
  return [...fixes, ...files];
}
