import { z } from 'zod';
import type { Proposal } from '../codemod/plan.js';
import { SITE_STATES } from '../codemod/types.js';
import { VERDICTS } from '../codemod/verdict.js';

const site = z.object({
  path: z.string(),
  offset: z.int(),
  state: z.enum(SITE_STATES),
  what: z.string(),
  line: z.int(),
});

const evidence = z.object({
  kind: z.enum(['commit', 'pull-request', 'issue', 'evaluation', 'measurement']),
  ref: z.string(),
  date: z.string().optional(),
  note: z.string(),
});

const edit = z.object({
  path: z.string(),
  start: z.int(),
  end: z.int(),
  text: z.string(),
  create: z.boolean().optional(),
});

/** What is kept of a proposal: the fields that are of every fix, and none that a fix keeps for itself. */
export const proposalSchema = z.object({
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  sites: z.array(site),
  evidence: z.array(evidence),
  edits: z.array(edit),
}) as unknown as z.ZodType<Proposal>;

/** A proposal with its public fields alone: sites of some fixes hold syntax trees and whole files. */
export function publicPart({ verdict, reason, sites, evidence: all, edits }: Proposal): Proposal {
  return {
    verdict,
    reason,
    sites: sites.map(({ path, offset, state, what, line }) => ({ path, offset, state, what, line })),
    evidence: all,
    edits: edits.map(({ path, start, end, text, create }) => ({
      path,
      start,
      end,
      text,
      ...(create === undefined ? {} : { create }),
    })),
  };
}
