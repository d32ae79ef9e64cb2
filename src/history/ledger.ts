import { z } from 'zod';
import { type Held, heldListSchema, type Memory } from './memory.js';
import type { Scene } from './scene.js';
import type { Log } from './store.js';
import { type Part, partSchema } from './timeline.js';

/** Where a walk stopped: enough to go on without looking again at what was seen. */
const headSchema = z.object({
  held: heldListSchema,
  /** Of every question after holders: path and blob of each. */
  holders: z.array(z.tuple([z.string(), z.array(z.tuple([z.string(), z.string()]))])),
});

const EMPTY: Part = { steps: [], fixes: {}, releases: [] };

/** A part and what follows it. */
export function joined(a: Part, b: Part): Part {
  const fixes = { ...a.fixes };
  for (const [id, changes] of Object.entries(b.fixes)) fixes[id] = [...(fixes[id] ?? []), ...changes];
  return { steps: [...a.steps, ...b.steps], releases: [...a.releases, ...b.releases], fixes };
}

/** The first `count` steps of a part, and what belongs to them. */
function cut(part: Part, count: number): Part {
  if (count >= part.steps.length) return part;
  const kept = ({ at }: { readonly at: number }): boolean => at < count;
  return {
    steps: part.steps.slice(0, count),
    fixes: Object.fromEntries(Object.entries(part.fixes).map(([id, changes]) => [id, changes.filter(kept)])),
    releases: part.releases.filter(kept),
  };
}

const keyOf = (last: string, next: string): string => `part:${last}:${next}`;

/** Walks on disk: each part by the commit after which it goes on and the one that it begins with. */
export class Ledger {
  constructor(
    readonly log: Log,
    readonly start: string,
  ) {}

  /** What is known of a line. `steps` are its commits after the start. */
  read(steps: readonly string[]): Part {
    let known = EMPTY;
    while (known.steps.length < steps.length) {
      const count = known.steps.length;
      const part = this.log.get(keyOf(known.steps.at(-1)?.[0] ?? this.start, steps[count]!), partSchema);
      if (!part) break;
      const more = joined(known, part);
      const other = more.steps.findIndex(([commit], index) => commit !== steps[index]);
      known = cut(more, other < 0 ? more.steps.length : other);
      // A part is kept by its first step: a cut one is longer all the same.
      if (known.steps.length === count) break;
    }
    return known;
  }

  /** Keeps a walk that began after `last`, and where it ended. */
  add(last: string, part: Part, memory: Memory, scene: Scene): void {
    const [first, end] = [part.steps[0], part.steps.at(-1)];
    if (!first || !end) return;
    this.log.put(keyOf(last, first[0]), part);
    const held = memory.snapshot();
    const keys = new Set(held.flatMap(({ keys: own }) => own));
    const holders = scene.holders().filter(([key]) => keys.has(key));
    this.log.put(`head:${end[0]}`, { held, holders });
  }

  /** Puts back what was known at a commit on whose tree the scene stands. */
  async resume(commit: string, memory: Memory, scene: Scene): Promise<void> {
    const head = this.log.get(`head:${commit}`, headSchema);
    if (!head) return;
    for (const [key, holders] of head.holders) scene.answer(key, undefined, holders);
    await memory.restore(scene, head.held as Held[]);
  }
}
