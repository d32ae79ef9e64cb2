import { z } from 'zod';
import { VERDICTS } from '../codemod/verdict.js';

/** The schema of a case: `fixtures/<project>/<fix>/<case>/case.json`, or the head of `<case>.case`. */
export const caseSchema = z.strictObject({
  $schema: z.string().optional(),
  shows: z.string().describe('what the case shows, in one sentence'),
  build: z.strictObject({ cuda: z.string(), arch: z.string() }).optional(),
  options: z.record(z.string(), z.string()).optional(),
  verdict: z.enum(VERDICTS),
  sites: z.int().nonnegative().describe('how many sites are found'),
  from: z
    .string()
    .optional()
    .describe('the case of this fix that it leans on: its files, but for those here'),
  crlf: z.boolean().optional().describe('every line of its files ends in CR LF'),
  reason: z.string().optional().describe('a part of the reason that must be there'),
});
