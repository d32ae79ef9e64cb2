import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, readCases } from '../../src/author/cases.js';

export type Fixture = Case;

const ROOT = new URL('../../fixtures/', import.meta.url).pathname;

const folders = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

let read: readonly Fixture[] | undefined;

/** All cases of all fixes. */
export function allFixtures(): readonly Fixture[] {
  read ??= folders(ROOT)
    .filter((name) => name !== 'trees')
    .flatMap((project) =>
      folders(join(ROOT, project)).flatMap((fix) => readCases(join(ROOT, project, fix), `${project}/${fix}`)),
    );
  return read;
}
