import { type Command, Option } from 'commander';
import { BLOCKING } from '../codemod/verdict.js';
import { EXIT, Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { openHistorian } from '../history/historian.js';
import { listTags } from '../history/revisions.js';
import { buildFor } from '../judge/build-for.js';
import { type Judged, reviewOf } from '../judge/review.js';
import { readPins } from '../pins/pins.js';
import { statusDocument } from '../report/document.js';
import { page } from '../report/html.js';
import { matrixMarkdown } from '../report/matrix-markdown.js';
import { matrixText } from '../report/matrix-text.js';
import { readMirrors } from '../revision/mirrors.js';
import { PROJECTS, type Project } from '../source/project.js';
import type { GitTree } from '../tree/git-tree.js';
import type { Io } from './io.js';
import {
  addBuildOptions,
  type CommonOptions,
  collect,
  openTargets,
  readFixOptions,
  selectionOf,
} from './options.js';

interface MatrixOptions extends CommonOptions {
  readonly project: Project;
  readonly rev: string[];
  readonly tags: string[];
  readonly format: 'text' | 'json' | 'md' | 'html';
  readonly reasons?: boolean;
  readonly cache: boolean;
}

const SOURCES = PROJECTS.filter((name) => name !== 'cuda');

type AskedOptions = Omit<MatrixOptions, 'project'> & { readonly project: Project | 'all' };

/** Revisions that were asked for; every pin of the project where none was. */
async function revisionsOf(options: MatrixOptions): Promise<string[]> {
  const mirrors = readMirrors(options.mirror, process.env.DGX_PATCH_MIRRORS);
  const tags = options.tags.length === 0 ? [] : await listTags(options.project, options.tags, mirrors);
  const asked = [...options.rev, ...tags];
  if (asked.length > 0) return asked;
  const pins = (await readPins(options.pins)).pins.filter(({ project }) => project === options.project);
  if (pins.length === 0) {
    throw new Failure('usage', `${options.pins} has no pin of ${options.project}`, {
      next: 'name revisions with --rev or --tags',
    });
  }
  return pins.map(({ name }) => name);
}

/** Two at a time: while one waits for cmake or git, the other is parsed and judged. Results in order. */
async function inPairs<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/** Judges all revisions with the project's selected fixes; `finish` sees each while its files can be read. */
export async function judgeRevisions<T>(
  options: MatrixOptions,
  io: Io,
  finish: (judged: Judged, tree: GitTree) => T | Promise<T>,
): Promise<T[]> {
  const codemods = selectCodemods(options.project, selectionOf(options));
  const names = (await revisionsOf(options)).map((revision) => `${options.project}@${revision}`);
  const targets = await openTargets({ ...options, target: names }, io);
  const historian = await openHistorian(options.cache);
  const fixOptions = readFixOptions(options.option);
  try {
    let started = 0;
    return await inPairs(targets, async (target) => {
      started += 1;
      io.progress(`judging ${target.project}@${target.revision} (${started} of ${targets.length})`);
      const build = buildFor(target.pin, options);
      const outcomes = await historian.judge(target.tree, codemods, build, fixOptions);
      const { project, revision, commit } = target;
      const column = await finish({ target: { project, revision, commit }, build, outcomes }, target.tree);
      target.close();
      return column;
    });
  } finally {
    for (const target of targets) target.close();
    await historian.close();
  }
}

/** One table a project: its fixes are not those of another. */
function render(tables: readonly (readonly Judged[])[], options: MatrixOptions, colour: boolean): string {
  if (options.json || options.format === 'json') {
    return `${JSON.stringify(tables.flat().map(statusDocument), null, 2)}\n`;
  }
  const one = (columns: readonly Judged[]): string =>
    options.format === 'md' ? matrixMarkdown(columns) : matrixText(columns, colour, options.reasons);
  return tables.map(one).join('\n');
}

/** The projects that were asked for, each as an option set of its own. */
function perProject(options: AskedOptions): MatrixOptions[] {
  const { project, ...rest } = options;
  if (project !== 'all') return [{ ...rest, project }];
  if (rest.rev.length > 0 || rest.tags !== undefined) {
    throw new Failure('usage', 'revisions are of one project', { next: 'name it with --project' });
  }
  return SOURCES.map((name) => ({ ...rest, project: name }));
}

async function matrix(asked: AskedOptions, io: Io): Promise<number> {
  const tables: (readonly Judged[])[] = [];
  if (asked.format === 'html' && !asked.json) {
    const reviews = [];
    for (const options of perProject(asked)) reviews.push(...(await judgeRevisions(options, io, reviewOf)));
    io.out(page(reviews));
    tables.push(reviews);
  } else {
    const all = perProject(asked);
    for (const options of all) tables.push(await judgeRevisions(options, io, (judged) => judged));
    io.out(render(tables, all[0]!, io.colour));
  }
  const blocked = tables.flat().some(({ outcomes }) => outcomes.some(({ verdict }) => BLOCKING.has(verdict)));
  return blocked ? EXIT.blocked : EXIT.done;
}

export function matrixCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addBuildOptions(program.command('matrix'))
    .description('every fix on many revisions, read from git objects, with what was seen before remembered')
    .addOption(new Option('--project <project>', 'whose fixes').choices([...SOURCES, 'all']).default('vllm'))
    .option(
      '--rev <revision>',
      'a commit, a tag, or a pin’s name; repeatable (default: every pin)',
      collect,
      [],
    )
    .option('--tags <glob>', 'every tag of the mirror that matches; repeatable', collect, [])
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['text', 'json', 'md', 'html'])
        .default('text'),
    )
    .option('--reasons', 'with the reason of every verdict (text)')
    .option('--no-cache', 'judge anew, and keep nothing')
    .addHelpText(
      'after',
      "\nExamples:\n  dgx-patch matrix --rev v0.16.0 --rev v0.17.0 --reasons\n  dgx-patch matrix --project vllm --tags 'v0.1?.0' --format md\n  dgx-patch matrix --project all",
    )
    .action(async (options: AskedOptions) => exit(await matrix(options, io)));
}
