import { appendFile, readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.js';
import { readGitHub } from '../github/api.js';
import { postComment } from '../github/comment.js';
import { uploadSarif } from '../github/sarif.js';
import type { Io } from './io.js';

interface CommentOptions {
  readonly pullRequest: string;
  readonly key?: string;
  readonly repository?: string;
}

interface UploadOptions {
  readonly commit?: string;
  readonly ref?: string;
  readonly repository?: string;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Failure('usage', `${file} cannot be read`, { cause });
  }
}

function numberOf(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new Failure('usage', `${JSON.stringify(text)} is not a pull request`, { next: 'give its number' });
  }
  return Number(text);
}

function needed(value: string | undefined, option: string, variable: string): string {
  if (value) return value;
  throw new Failure('usage', `${option} was not given, and ${variable} is not set`);
}

export function githubCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const github = program.command('github').description('what the GitHub Action does with reports');
  github
    .command('comment')
    .description('post a report to a pull request, or put it in place of the one posted before')
    .argument('<file>', 'a report made with --format md')
    .requiredOption('--pull-request <number>', 'where to')
    .option('--key <name>', 'tells several reports of one pull request apart')
    .option('--repository <owner/name>', 'default: GITHUB_REPOSITORY')
    .action(async (file: string, options: CommentOptions) => {
      const number = numberOf(options.pullRequest);
      const where = readGitHub(process.env, options.repository);
      const { url, done } = await postComment(where, number, await read(file), options.key);
      io.out(`${done}: ${url}\n`);
      exit(EXIT.done);
    });
  github
    .command('summary')
    .description('add a report to the page of the workflow run; without one, print it')
    .argument('<file>', 'a report made with --format md')
    .action(async (file: string) => {
      const page = process.env.GITHUB_STEP_SUMMARY;
      const report = await read(file);
      if (page) await appendFile(page, report);
      else io.out(report);
      exit(EXIT.done);
    });
  github
    .command('upload-sarif')
    .description('give a SARIF log to code scanning')
    .argument('<file>', 'a report made with --format sarif')
    .option('--commit <sha>', 'default: GITHUB_SHA')
    .option('--ref <ref>', 'default: GITHUB_REF')
    .option('--repository <owner/name>', 'default: GITHUB_REPOSITORY')
    .action(async (file: string, options: UploadOptions) => {
      const where = readGitHub(process.env, options.repository);
      const commit = needed(options.commit ?? process.env.GITHUB_SHA, '--commit', 'GITHUB_SHA');
      const ref = needed(options.ref ?? process.env.GITHUB_REF, '--ref', 'GITHUB_REF');
      await uploadSarif(where, await read(file), commit, ref);
      io.out(`uploaded ${file} for ${commit}\n`);
      exit(EXIT.done);
    });
}
