import { type Command, Option } from 'commander';
import type { Codemod } from '../codemod/types.js';
import { EXIT, Failure } from '../failure.js';
import { checkLeft, selectCodemods } from '../fixes/choose.js';
import { historyDocument } from '../report/history-document.js';
import { historyMarkdown } from '../report/history-markdown.js';
import { historyPage } from '../report/history-page.js';
import { historyText, storyText } from '../report/history-text.js';
import { isProject, PROJECTS, type Project } from '../source/project.js';
import type { Io } from './io.js';
import { openLine } from './line.js';
import { addBuildOptions, type CommonOptions } from './options.js';
import { readRequest } from './request.js';

interface HistoryOptions extends CommonOptions {
  readonly project?: Project;
  readonly since?: string;
  readonly to?: string;
  readonly format: 'text' | 'json' | 'html' | 'md';
  readonly cache: boolean;
}

/** The project of a fix, and the fix; or the project that was named. */
function subjectOf(
  fix: string | undefined,
  { project, only }: HistoryOptions,
): { project: Project; only: string[] } {
  if (fix === undefined) return { project: project ?? 'vllm', only };
  const own = fix.split('/')[0]!;
  if (!isProject(own) || (project !== undefined && project !== own)) {
    throw new Failure('usage', `${JSON.stringify(fix)} is no fix${project ? ` of ${project}` : ''}`, {
      next: 'see them all: dgx-patch list',
    });
  }
  return { project: own, only: [fix] };
}

async function history(fix: string | undefined, options: HistoryOptions, io: Io): Promise<number> {
  const { project, only } = subjectOf(fix, options);
  const request = await readRequest({ ...options, only });
  checkLeft(request.fixes, [project], request.selection);
  const line = await openLine(project, options, request, io);
  try {
    const timeline = await line.timeline();
    const shown: readonly Codemod[] = selectCodemods(request.fixes, project, request.selection);
    const ids = shown.map(({ id }) => id);
    const format = options.json ? 'json' : options.format;
    if (format === 'json') io.out(`${JSON.stringify(historyDocument(timeline, ids), null, 2)}\n`);
    else if (format === 'md') io.out(historyMarkdown(timeline, ids));
    else if (format === 'html') io.out(historyPage(timeline, shown));
    else
      io.out(fix === undefined ? historyText(timeline, ids, io.colour) : storyText(timeline, fix, io.colour));
    return EXIT.done;
  } finally {
    await line.close();
  }
}

export function historyCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addBuildOptions(program.command('history'))
    .description('when each fix became needed and when upstream cured it, commit by commit')
    .argument('[fix]', 'one fix: introduced, cured, returned, still open, and what to cherry-pick')
    .addOption(new Option('--project <project>', 'whose fixes (default: vllm)').choices(PROJECTS))
    .option('--since <revision>', 'where to begin (default: the oldest pin)')
    .option('--to <revision>', 'where to end (default: the newest commit of the default branch)')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['text', 'json', 'md', 'html'])
        .default('text'),
    )
    .option('--no-cache', 'judge anew, and keep nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch history --project vllm --since v0.16.0\n  dgx-patch history vllm/software-e2m1\n  dgx-patch history --format html > history.html',
    )
    .action(async (fix: string | undefined, options: HistoryOptions) =>
      exit(await history(fix, options, io)),
    );
}
