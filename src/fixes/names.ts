import { Failure } from '../failure.js';
import { didYouMean } from '../source/nearest.js';

/** A fix by its id, or by the part behind the project where that names one alone. */
export function resolveId(name: string, ids: readonly string[]): string {
  if (ids.includes(name)) return name;
  const bare = name.includes('/') ? [] : ids.filter((id) => id.endsWith(`/${name}`));
  if (bare.length === 1) return bare[0]!;
  if (bare.length > 1) {
    throw new Failure('usage', `${JSON.stringify(name)} is several fixes`, {
      next: `one of: ${bare.join(', ')}`,
    });
  }
  const names = name.includes('/') ? ids : ids.map((id) => id.replace(/^.*\//, ''));
  const meant = didYouMean(name, names);
  throw new Failure('usage', `there is no fix ${JSON.stringify(name)}`, {
    ...(meant ? { why: meant } : {}),
    next: 'see them all: dgx-patch list',
  });
}
