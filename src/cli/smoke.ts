import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.js';
import { painter } from '../report/text.js';
import { parseUrl } from '../smoke/http.js';
import { type SmokeReport, smoke } from '../smoke/smoke.js';
import { waitForServer } from '../smoke/wait.js';
import type { Io } from './io.js';

interface SmokeOptions {
  readonly url: string;
  readonly model?: string;
  readonly wait: string;
  readonly timeout: string;
  readonly json?: boolean;
}

function seconds(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new Failure('usage', `${option} is a number of seconds`);
  return value;
}

function reportText({ url, model, checks }: SmokeReport, colour: boolean): string {
  const paint = painter(colour);
  const colours = { passed: paint.applied, failed: paint.drifted, warning: paint.needed, skipped: paint.dim };
  const rows = checks.map(
    ({ name, outcome, detail }) => `  ${name.padEnd(15)} ${colours[outcome](outcome.padEnd(8))} ${detail}`,
  );
  return `${[`${url}  ${model ?? ''}`.trimEnd(), ...rows].join('\n')}\n`;
}

async function run(options: SmokeOptions, io: Io): Promise<number> {
  const server = {
    url: parseUrl(options.url),
    key: process.env.VLLM_API_KEY,
    timeout: seconds(options.timeout, '--timeout') * 1000,
  };
  await waitForServer(server, seconds(options.wait, '--wait'), io.progress);
  const report = await smoke(server, options.model, io.progress);
  io.out(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, io.colour));
  return report.checks.some(({ outcome }) => outcome === 'failed') ? EXIT.proof : EXIT.done;
}

export function smokeCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('smoke')
    .description(
      'waits for a server, asks it questions and reads its answers: facts, arithmetic, long prose, a second language, tools, speed',
    )
    .requiredOption(
      '--url <url>',
      'the server, for example http://127.0.0.1:8888 (its key from VLLM_API_KEY)',
    )
    .option('--model <id>', 'the model to ask (default: the first that it serves)')
    .option('--wait <seconds>', 'how long it may take to start (loading a model takes minutes)', '900')
    .option('--timeout <seconds>', 'how long one answer may take', '120')
    .option('--json', 'one JSON document on stdout, with all that was said')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch smoke --url http://127.0.0.1:8888\n  dgx-patch smoke --url http://127.0.0.1:8888 --json --wait 0',
    )
    .action(async (options: SmokeOptions) => exit(await run(options, io)));
}
