import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { VERDICTS } from '../../src/codemod/verdict.js';

/** `fixtures/<project>/<fix>/<case>/case.json`; schemas/case.schema.json is made from it. */
export const caseSchema = z.strictObject({
  $schema: z.string().optional(),
  /** What the case shows, in one sentence. */
  shows: z.string(),
  build: z.strictObject({ cuda: z.string(), arch: z.string() }).optional(),
  options: z.record(z.string(), z.string()).optional(),
  verdict: z.enum(VERDICTS),
  /** How many sites are found. */
  sites: z.int().nonnegative(),
  /** A part of the reason that must be there. */
  reason: z.string().optional(),
});

export type Case = z.infer<typeof caseSchema>;

export interface Fixture extends Case {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  /** The expected patch, undefined where nothing may be edited. */
  readonly diff: string | undefined;
}

const ROOT = new URL('../../fixtures/', import.meta.url).pathname;

const folders = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

/** All cases of all fixes. */
export function allFixtures(): Fixture[] {
  return folders(ROOT).flatMap((project) =>
    folders(join(ROOT, project)).flatMap((fix) =>
      folders(join(ROOT, project, fix))
        .filter((name) => existsSync(join(ROOT, project, fix, name, 'case.json')))
        .map((name) => {
          const dir = join(ROOT, project, fix, name);
          const diff = join(dir, 'expected.diff');
          return {
            ...caseSchema.parse(JSON.parse(readFileSync(join(dir, 'case.json'), 'utf8'))),
            id: `${project}/${fix}`,
            name,
            dir,
            diff: existsSync(diff) ? readFileSync(diff, 'latin1') : undefined,
          };
        }),
    ),
  );
}
