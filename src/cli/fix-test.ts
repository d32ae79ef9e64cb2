import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Case, readCases } from '../author/cases.js';
import { type CaseResult, missingCases, OTHER_DIFF, runCase } from '../author/kit/run-cases.js';
import type { Codemod } from '../codemod/types.js';
import { EXIT, Failure } from '../failure.js';
import { CODEMODS } from '../fixes/built-in.js';
import { readOwnFixes } from '../fixes/fix-set.js';
import { readPins } from '../pins/pins.js';
import type { Io } from './io.js';
import { collect, defaultPins } from './options.js';

interface TestOptions {
  readonly fixes: string[];
  readonly pins: string;
  readonly update?: boolean;
  readonly json?: boolean;
}

interface Subject {
  readonly codemod: Codemod;
  /** The folder of its cases. */
  readonly cases: string;
}

/** Own fixes with their cases; those of the tool where its repository is the working folder. */
async function subjects(ids: readonly string[], { fixes: given, pins }: TestOptions): Promise<Subject[]> {
  const own = await readOwnFixes({ given, pins, named: (await readPins(pins)).fixes });
  const all: Subject[] = [
    ...own.map(({ codemod, dir }) => ({ codemod, cases: join(dir, 'cases') })),
    ...CODEMODS.map((codemod) => ({ codemod, cases: join('fixtures', codemod.id) })).filter(({ cases }) =>
      existsSync(cases),
    ),
  ];
  for (const id of ids) {
    if (!all.some(({ codemod }) => codemod.id === id)) {
      throw new Failure('usage', `there is no fix ${JSON.stringify(id)} with cases here`, {
        next: `those that there are: ${all.map(({ codemod }) => codemod.id).join(', ') || 'none; begin one with dgx-patch fix new'}`,
      });
    }
  }
  if (ids.length > 0) return all.filter(({ codemod }) => ids.includes(codemod.id));
  // Carried patches are proved by the merge; the tool's own fixes have a test suite.
  return all.filter(({ cases, codemod }) => own.some((one) => one.codemod === codemod) && existsSync(cases));
}

function lines({ id }: Codemod, results: readonly CaseResult[], missing: readonly string[]): string {
  const rows = results.flatMap(({ name, verdict, problems, diff }) => [
    `  ${problems.length > 0 ? 'FAIL' : diff === undefined ? 'ok  ' : 'new '} ${name}: ${verdict}`,
    ...problems.map((problem) => `         ${problem}`),
  ]);
  return [id, ...rows, ...missing.map((what) => `  add  ${what}`), ''].join('\n');
}

async function test(ids: readonly string[], options: TestOptions, io: Io): Promise<number> {
  let failed = 0;
  const documents: object[] = [];
  const found = await subjects(ids, options);
  if (found.length === 0) io.out('no fix here has cases; begin one with dgx-patch fix new\n');
  for (const { codemod, cases: dir } of found) {
    const cases: Case[] = existsSync(dir) ? readCases(dir, codemod.id) : [];
    const results: CaseResult[] = [];
    for (const one of cases) {
      const result = await runCase(codemod, one);
      if (!options.update || result.diff === undefined) results.push(result);
      else {
        one.expect(result.diff);
        results.push({ ...result, problems: result.problems.filter((problem) => problem !== OTHER_DIFF) });
      }
    }
    failed += results.filter(({ problems }) => problems.length > 0).length;
    const missing = missingCases(cases);
    documents.push({ id: codemod.id, cases: results, missing });
    if (!options.json) io.out(lines(codemod, results, missing));
  }
  if (options.json) io.out(`${JSON.stringify(documents, null, 2)}\n`);
  return failed === 0 ? EXIT.done : EXIT.blocked;
}

export function addFixTest(fix: Command, io: Io, exit: (code: number) => void): void {
  fix
    .command('test')
    .description('runs the cases of fixes: verdict, sites, diff, a second run, CR LF')
    .argument('[ids...]', 'own fixes, or the tool’s in its repository (default: all own ones)')
    .option('--update', 'write the diffs that are made as the expected ones (shown as new: read them)')
    .option('--fixes <dir>', 'own fixes; repeatable', collect, [])
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout')
    .action(async (ids: string[], options: TestOptions) => exit(await test(ids, options, io)));
}
