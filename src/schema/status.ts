import { z } from 'zod';
import { EFFECTS } from '../codemod/effect.js';
import { SITE_STATES } from '../codemod/types.js';
import { UNJUDGED, VERDICTS } from '../codemod/verdict.js';

const place = z.strictObject({ path: z.string(), line: z.int().positive() });

/** What `status --json` and `diff --json` print for one target. */
export const statusSchema = z.strictObject({
  target: z.strictObject({
    project: z.string(),
    revision: z.string().describe('as it was typed'),
    commit: z.string(),
  }),
  build: z.strictObject({ cuda: z.string(), arch: z.string() }),
  chosen: z.string().optional().describe('why this arch, where nobody named one'),
  headline: z.string().optional().describe('what the fixes come to, in one sentence'),
  fixes: z.array(
    z.strictObject({
      id: z.string(),
      verdict: z
        .enum([...VERDICTS, UNJUDGED])
        .describe('unjudged: no verdict, since the source is past a limit of the tool'),
      effect: z
        .strictObject({
          kind: z.enum(EFFECTS).describe('what comes of leaving it, on GB10 at this build'),
          concerns: z
            .string()
            .optional()
            .describe('the models, flags or formats; everyone where it is absent'),
          because: z.string().optional().describe('why it is so at this build'),
        })
        .optional()
        .describe('where sites are wrong, or may be'),
      reason: z.string(),
      sites: z.array(place.extend({ state: z.enum(SITE_STATES) })),
      evidence: z.array(
        z.strictObject({
          kind: z.string(),
          ref: z.string().describe('a commit, #number, or what was evaluated'),
          date: z.string().optional(),
          note: z.string(),
        }),
      ),
    }),
  ),
  advice: z.string().optional().describe('which arch to choose, where the evaluation supports it'),
  warnings: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        why: z.string(),
        instead: z.string(),
        places: z.array(place),
      }),
    )
    .optional()
    .describe('edits known to be harmful that the tree carries already'),
  patch: z.string().optional().describe('all edits as one unified patch (diff --json)'),
});
