import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { inputsSchema } from '../container/inputs.js';
import { prefetch } from '../container/prefetch.js';
import { EXIT, Failure } from '../failure.js';
import type { Io } from './io.js';
import { collect } from './options.js';

/** `name=folder` entries: local repositories, by the last word of their address. */
function repositories(entries: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map((entry) => {
      const [, name, dir] = /^([\w.-]+)=(.+)$/.exec(entry) ?? [];
      if (name !== undefined && dir) return [name.toLowerCase(), dir] as const;
      throw new Failure('usage', `--mirror is <repository=dir>, and not ${JSON.stringify(entry)}`, {
        next: 'for example: --mirror spdlog=/srv/git/spdlog.git',
      });
    }),
  );
}

async function inputsOf(context: string) {
  const file = join(context, 'lock.json');
  const next = `write the context with its inputs: dgx-patch build --inputs <file> --context-only <dir>`;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('usage', `${context} is not the context of a build: it has no lock.json`, {
      next,
      cause,
    });
  });
  let lock: { inputs?: unknown } | null;
  try {
    lock = JSON.parse(text);
  } catch (cause) {
    throw new Failure('usage', `${file} is not JSON`, { next, cause });
  }
  if (!lock?.inputs) throw new Failure('usage', `${file} names no inputs, and so no hashes`, { next });
  const read = inputsSchema.safeParse(lock.inputs);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Failure('usage', `${file}: inputs.${issue!.path.join('.')}: ${issue!.message}`, { next });
}

export function prefetchCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('prefetch')
    .description(
      'brings all that the build of a context would fetch into it, and checks each hash of its lock',
    )
    .argument('<context>', 'what build --inputs <file> --context-only wrote')
    .option(
      '--mirror <repository=dir>',
      'a local repository, by the last word of its address; repeatable',
      collect,
      [],
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch prefetch ./context\n  dgx-patch prefetch ./context --mirror cutlass=/srv/git/cutlass.git',
    )
    .action(async (context: string, options: { mirror: string[]; json?: boolean }) => {
      const inputs = await inputsOf(context);
      const mirrors = repositories(options.mirror);
      const done = await prefetch(inputs, context, { mirrors, progress: io.progress });
      const text = `${context}/prefetched: ${done.brought} brought, ${done.kept} there already; every hash is the lock's\n`;
      io.out(options.json ? `${JSON.stringify(done, null, 2)}\n` : text);
      exit(EXIT.done);
    });
}
