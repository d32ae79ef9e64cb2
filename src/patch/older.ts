import { digestOf, type Lineage } from './lineage.js';
import type { Cluster } from './merge.js';
import { definitions, enclosing } from './units/definitions.js';
import { isGrounded } from './units/grounded.js';
import type { Version } from './units/merge-units.js';
import type { Lines } from './versions.js';

interface Sides {
  readonly base: Version;
  readonly ours: Version;
  readonly theirs: Version;
}

/**
 * Whether our side of a conflict is only what upstream had there earlier, so that the patch's side takes its
 * place: our function is one that upstream had, and what comes along from the time between means something
 * in our file.
 */
export function isOlder(
  hunk: Cluster,
  lines: Lines,
  { base, ours, theirs }: Sides,
  lineage: Lineage,
): boolean {
  const { start, end } = lines.inner(hunk, 'ours');
  const inside = enclosing(definitions(ours.shape), start, end);
  if (!inside || !lineage.get(inside.path)?.has(digestOf(inside, ours.text))) return false;
  return isGrounded(
    { ...base, ...lines.range(hunk, 'base') },
    { ...ours, ...lines.range(hunk, 'ours') },
    { ...theirs, ...lines.range(hunk, 'theirs') },
  );
}

/** Whether a hunk is about a function or class that our file has not, under that name. */
export function isAbsent(hunk: Cluster, lines: Lines, { base, ours }: Sides): boolean {
  const { start, end } = lines.inner(hunk, 'base');
  const inside = enclosing(definitions(base.shape), start, end);
  if (!inside) return false;
  const name = inside.path.split('.').at(-1);
  return !definitions(ours.shape).some(({ shape }) => shape.name === name);
}
