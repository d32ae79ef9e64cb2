import { z } from 'zod';
import type { Scene } from './scene.js';
import { type Held, heldListSchema, type Memory } from './memory.js';
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
    fixes: Object.fromEntries(
      Object.entries(part.fixes).map(([id, changes]) => [id, changes.filter(kept)]),
    ),
    // A release that parts at the last kept step may be younger than the line's end: it is of it all the same.
    releases: part.releases.filter(kept),
  };
}

/** Walks on disk: each part says after which commit it goes on. */
export class Ledger {
  constructor(
    readonly log: Log,
    readonly start: string,
  ) {}

  /** What is known of a line, as far as it is the same line. `steps` are its commits after the start. */
  read(steps: readonly string[]): Part {
    let known = EMPTY;
    for (let last = this.start; known.steps.length < steps.length; ) {
      const part = this.log.get(`part:${last}`, partSchema);
      const end = part?.steps.at(-1);
      if (!part || !end) break;
      known = joined(known, part);
      last = end[0];
      if (steps[known.steps.length - 1] !== last) break;
    }
    const other = known.steps.findIndex(([commit], index) => commit !== steps[index]);
    return cut(known, other < 0 ? known.steps.length : other);
  }

  /** Keeps a walk that began after `last`, and where it ended. */
  add(last: string, part: Part, memory: Memory, scene: Scene): void {
    const end = part.steps.at(-1)?.[0] ?? last;
    if (part.steps.length > 0) this.log.put(`part:${last}`, part);
    const held = memory.snapshot();
    const keys = new Set(held.flatMap(({ keys: own }) => own));
    const holders = scene.holders().filter(([key]) => keys.has(key));
    this.log.put(`head:${end}`, { held, holders });
  }

  /** Puts back what was known at a commit on whose tree the scene stands. */
  async resume(commit: string, memory: Memory, scene: Scene): Promise<void> {
    const head = this.log.get(`head:${commit}`, headSchema);
    if (!head) return;
    for (const [key, holders] of head.holders) scene.answer(key, undefined, holders);
    await memory.restore(scene, head.held as Held[]);
  }
}
