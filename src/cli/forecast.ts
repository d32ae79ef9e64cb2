import { type Command, Option } from 'commander';
import { EXIT } from '../failure.js';
import { checkLeft } from '../fixes/choose.js';
import { describeCommit } from '../history/chronicle.js';
import { forecast } from '../history/forecast.js';
import { forecastDocument } from '../report/history-document.js';
import { forecastMarkdown } from '../report/history-markdown.js';
import { forecastText } from '../report/history-text.js';
import { parseTarget } from '../revision/spec.js';
import type { Io } from './io.js';
import { openLine } from './line.js';
import { addBuildOptions, type CommonOptions } from './options.js';
import { readRequest } from './request.js';

interface ForecastOptions extends CommonOptions {
  readonly to?: string;
  readonly format: 'text' | 'json' | 'md';
  readonly cache: boolean;
  readonly exitCode?: boolean;
}

async function ahead(name: string, options: ForecastOptions, io: Io): Promise<number> {
  const { project, revision } = parseTarget(name);
  const request = await readRequest(options);
  checkLeft(request.fixes, [project], request.selection);
  const line = await openLine(project, { ...options, since: revision, ofPin: true }, request, io);
  try {
    const timeline = await line.timeline();
    const seen = forecast(timeline, await describeCommit(line.to.dir, line.to.commit));
    const format = options.json ? 'json' : options.format;
    if (format === 'json') io.out(`${JSON.stringify(forecastDocument(seen), null, 2)}\n`);
    else io.out(format === 'md' ? forecastMarkdown(project, seen) : forecastText(project, seen, io.colour));
    const stops = seen.blocked.length > 0 || seen.lastGood.commit !== seen.to.commit;
    return options.exitCode && stops ? EXIT.blocked : EXIT.done;
  } finally {
    await line.close();
  }
}

export function forecastCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addBuildOptions(program.command('forecast'))
    .description('what happens to the fixes between a revision and the newest commit, in that order')
    .argument('<target>', 'project@revision: a pin’s name, a tag or a commit')
    .option('--to <revision>', 'where to end (default: the newest commit of the default branch)')
    .option('--exit-code', 'exit 1 where a fix needs a hand before the end')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['text', 'json', 'md']).default('text'),
    )
    .option('--no-cache', 'judge anew, and keep nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch forecast vllm@v0.16.0\n  dgx-patch forecast vllm@stable --format md',
    )
    .action(async (name: string, options: ForecastOptions) => exit(await ahead(name, options, io)));
}
