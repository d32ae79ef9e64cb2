import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Change, spansOf, stateAt } from '../../src/history/timeline.js';

const LAST = 30;
const commit = { commit: 'a'.repeat(40), date: '2026-01-01', subject: '' };

/** A change at the start and some later ones, of few words, so that they come back. */
const lives = fc.uniqueArray(fc.integer({ min: 0, max: LAST }), { maxLength: 12 }).chain((steps) =>
  fc.tuple(
    ...[-1, ...steps.sort((a, b) => a - b)].map((at) =>
      fc
        .record({
          verdict: fc.constantFrom('needed', 'upstreamed'),
          reason: fc.constantFrom('a', 'b', 'c'),
        })
        .map(
          (said): Change => ({
            ...(said as Pick<Change, 'verdict' | 'reason'>),
            at,
            sites: 1,
            edit: '',
            commit,
            paths: [],
          }),
        ),
    ),
  ),
);

it('a stretch has the reasons of its steps, and ends with that of its last', () => {
  fc.assert(
    fc.property(lives, (changes) => {
      const spans = spansOf(changes, LAST);
      expect(spans.map(({ from }) => from)).toEqual([-1, ...spans.slice(0, -1).map(({ to }) => to + 1)]);
      for (const { from, to, verdict, reason, reasons } of spans) {
        const states = Array.from({ length: to - from + 1 }, (_, step) => stateAt(changes, from + step)!);
        expect(new Set(states.map((state) => state.verdict))).toEqual(new Set([verdict]));
        expect(new Set(states.map((state) => state.reason))).toEqual(new Set(reasons));
        expect([states[0]!.reason, states.at(-1)!.reason]).toEqual([reason, reasons.at(-1)]);
        expect(new Set(reasons).size).toBe(reasons.length);
      }
    }),
  );
});
