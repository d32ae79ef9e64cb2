import type { Choice } from './choice.js';

/** A choice that takes only some of what another one takes, and notes what it took. */
export class NarrowChoice implements Choice {
  constructor(
    readonly wide: Choice,
    /** Undefined: all. */
    readonly allowed?: ReadonlySet<string>,
    readonly taken: Set<string> = new Set(),
  ) {}

  takes(text: string, rate?: number): boolean {
    if (!this.wide.takes(text, rate) || (this.allowed && !this.allowed.has(text))) return false;
    this.taken.add(text);
    return true;
  }

  of(text: string, count: number): number {
    return this.wide.of(text, count);
  }

  apart(name: string): Choice {
    return new NarrowChoice(this.wide.apart(name), this.allowed, this.taken);
  }
}

/**
 * The smallest part of some items that still fails, as far as leaving out halves, quarters, … and single ones
 * finds it.
 *
 * @param budget how often `fails` may be asked.
 */
export async function smallest<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  budget = 40,
): Promise<readonly T[]> {
  let now = items;
  let left = budget;
  for (let size = Math.ceil(now.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < now.length && now.length > 1; ) {
      const without = [...now.slice(0, at), ...now.slice(at + size)];
      if (left-- <= 0) return now;
      if (without.length > 0 && (await fails(without))) now = without;
      else at += size;
    }
  }
  return now;
}
