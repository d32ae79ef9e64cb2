import { z } from 'zod';
import { PROJECTS } from '../../source/project.js';

const blob = z.string().regex(/^[0-9a-f]{40}$/, 'a blob id of 40 hexadecimal digits');

/** The id of a fix of one's own: a name space that is no project's, and a name. */
export const ownId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9_-]*$/, 'an id such as acme/vllm-sampler')
  .refine((id) => !([...PROJECTS, 'cuda'] as readonly string[]).includes(id.split('/')[0]!), {
    error: 'the name space of an own fix is not that of a project',
  });

const file = z.strictObject({
  path: z.string(),
  from: z.string().optional().describe('what the patch renames it from'),
  before: blob.nullable().describe('null for a new file'),
  after: blob.nullable().describe('null for a file that the patch removes'),
  foreign: z.string().optional().describe('why it is not carried'),
});

/** The schema of `fix.json` of a carried patch; its texts are in `change.patch` beside it. */
export const carriedSchema = z.strictObject({
  $schema: z.string().optional(),
  formatVersion: z.literal(1),
  id: ownId,
  project: z.enum(PROJECTS),
  title: z.string(),
  why: z.string().optional().describe('what breaks without it, and for whom'),
  dropWhen: z.string().optional().describe('when it can be dropped'),
  source: z.strictObject({
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/)
      .optional(),
    pull: z
      .string()
      .regex(/^#\d+$/)
      .optional(),
    date: z.iso.date().optional(),
    file: z.string().optional().describe('the name of the patch file that it was read from'),
  }),
  base: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional()
    .describe('the commit whose files the patch changes'),
  files: z.array(file),
  known: z
    .array(z.string())
    .optional()
    .describe('other files of the base: none of them is one that has moved'),
  lineage: z
    .record(z.string(), z.record(z.string(), z.array(z.string())))
    .optional()
    .describe('digests of earlier versions of what the patch changes, by file and by function'),
});

export type CarriedFile = z.infer<typeof carriedSchema>;
