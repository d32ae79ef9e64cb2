import { type Command, Option } from 'commander';
import { exitOf } from '../codemod/verdict.js';
import { Failure } from '../failure.js';
import { checkLeft, selectCodemods } from '../fixes/choose.js';
import { openHistorian } from '../history/historian.js';
import { listTags } from '../history/revisions.js';
import { buildFor } from '../judge/build-for.js';
import { type Judged, type Review, reviewOf } from '../judge/review.js';
import { statusDocument } from '../report/document.js';
import { page } from '../report/html.js';
import { matrixMarkdown } from '../report/matrix-markdown.js';
import { matrixText } from '../report/matrix-text.js';

import type { Target } from '../revision/resolve.js';
import { withHistory } from '../revision/upstream.js';
import { PROJECTS, type Project } from '../source/project.js';
import type { GitTree } from '../tree/git-tree.js';
import type { Io } from './io.js';
import { addBuildOptions, type CommonOptions, collect } from './options.js';
import { openTargets, type Request, readRequest } from './request.js';

interface MatrixOptions extends CommonOptions {
  readonly project: Project | 'all';
  readonly rev: string[];
  readonly tags: string[];
  readonly format: 'text' | 'json' | 'md' | 'html';
  readonly reasons?: boolean;
  readonly cache: boolean;
}

/** Revisions of a project that were asked for; every pin of it where none was. */
async function revisionsOf(
  project: Project,
  { rev, tags: globs, pins: file }: MatrixOptions,
  { mirrors, pins }: Request,
): Promise<string[]> {
  const tags = globs.length === 0 ? [] : await listTags(project, globs, mirrors);
  const asked = [...rev, ...tags];
  if (asked.length > 0) return asked;
  const pinned = pins.pins.filter((pin) => pin.project === project);
  if (pinned.length === 0) {
    throw new Failure('usage', `${file} has no pin of ${project}`, {
      next: 'name revisions with --rev or --tags',
    });
  }
  return pinned.map(({ name }) => name);
}

/** Judges revisions of a project, each as it is typed; `finish` sees each while its files can be read. */
async function judgeRevisions<T>(
  project: Project,
  revisions: readonly string[],
  request: Request,
  { cache, effects }: { readonly cache: boolean; readonly effects: boolean },
  io: Io,
  finish: (judged: Judged, tree: GitTree) => T | Promise<T>,
): Promise<T[]> {
  const codemods = selectCodemods(request.fixes, project, request.selection);
  const names = revisions.map((revision) => `${project}@${revision}`);
  const historian = await openHistorian(cache);
  let targets: Target[] = [];
  try {
    targets = await openTargets({ ...request, targets: names }, io, historian);
    const columns: T[] = [];
    for (const target of targets) {
      const { revision, commit, tree } = target;
      io.progress(`judging ${project}@${revision} (${columns.length + 1} of ${targets.length})`);
      const { build, chosen } = await buildFor(target, request.wish);
      const known = await withHistory(
        target,
        await historian.judge(tree, codemods, build, request.fixOptions),
      );
      // A matrix of verdicts alone does not say what they come to.
      const outcomes = effects ? await historian.effects(tree, known, build, request.fixOptions) : known;
      const judged = { target: { project, revision, commit }, build, outcomes };
      columns.push(await finish(chosen === undefined ? judged : { ...judged, chosen }, tree));
      target.close();
    }
    return columns;
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

/** The projects that were asked for. */
function projectsOf({ project, rev, tags }: MatrixOptions): readonly Project[] {
  if (project !== 'all') return [project];
  if (rev.length > 0 || tags.length > 0) {
    throw new Failure('usage', 'revisions are of one project', { next: 'name it with --project' });
  }
  return PROJECTS;
}

async function matrix(options: MatrixOptions, io: Io): Promise<number> {
  const projects = projectsOf(options);
  const request = await readRequest(options);
  checkLeft(request.fixes, projects, request.selection);
  const tables: (readonly Judged[])[] = [];
  const html = options.format === 'html' && !options.json;
  const how = {
    cache: options.cache,
    effects: html || Boolean(options.json || options.reasons) || options.format === 'json',
  };
  const finish = html ? reviewOf : (judged: Judged): Judged => judged;
  for (const project of projects) {
    const revisions = await revisionsOf(project, options, request);
    tables.push(await judgeRevisions(project, revisions, request, how, io, finish));
  }
  io.out(html ? page(tables.flat() as Review[]) : render(tables, options, io.colour));
  return exitOf(tables.flat().flatMap(({ outcomes }) => outcomes));
}

export function matrixCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addBuildOptions(program.command('matrix'))
    .description('every fix on many revisions, read from git objects, with what was seen before remembered')
    .addOption(new Option('--project <project>', 'whose fixes').choices([...PROJECTS, 'all']).default('vllm'))
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
    .action(async (options: MatrixOptions) => exit(await matrix(options, io)));
}
