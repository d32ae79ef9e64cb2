import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { caseSchema } from '../../src/schema/case.js';

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
