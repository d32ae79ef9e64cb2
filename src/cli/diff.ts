import type { Command } from 'commander';
import { editedFiles } from '../codemod/plan.js';
import { BLOCKING } from '../codemod/verdict.js';
import { EXIT } from '../failure.js';
import { statusDocument } from '../report/document.js';
import { patch } from '../report/patch.js';
import type { Io } from './io.js';
import { addCommonOptions, type CommonOptions, judgeTarget, openTargets } from './options.js';

export interface DiffOptions extends CommonOptions {
  readonly exitCode?: boolean;
}

/** The patch of every target on stdout, and what blocks on stderr. Returns the exit code. */
export async function showDiff(options: DiffOptions, io: Io): Promise<number> {
  const targets = await openTargets(options, io);
  try {
    let blocked = false;
    let different = false;
    for (const target of targets) {
      const judged = await judgeTarget(target, options);
      const files = await editedFiles(judged.outcomes, (path) => target.tree.read(path));
      const entries = await target.tree.entries();
      const text = patch(files, (path) => entries.get(path)?.mode);
      different ||= text !== '';
      for (const { codemod, verdict, reason } of judged.outcomes) {
        if (!BLOCKING.has(verdict)) continue;
        blocked = true;
        io.err(`${codemod.id}: ${verdict}: ${reason}\n`);
      }
      if (options.json) {
        io.out(
          `${JSON.stringify({ ...statusDocument(judged), patch: Buffer.from(text, 'latin1').toString('utf8') }, null, 2)}\n`,
        );
      } else io.out(Buffer.from(text, 'latin1'));
    }
    if (blocked) return EXIT.blocked;
    return options.exitCode && different ? EXIT.blocked : EXIT.done;
  } finally {
    for (const target of targets) target.close();
  }
}

export function diffCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addCommonOptions(program.command('diff'))
    .description('the edits as one unified patch on stdout, for git apply --3way')
    .option('--exit-code', 'exit 1 where there is a difference, as git does')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch diff --target vllm@v0.16.0 > spark.patch\n  dgx-patch diff --target vllm@v0.16.0 --only vllm/software-e2m1 --exit-code',
    )
    .action(async (options: DiffOptions) => exit(await showDiff(options, io)));
}
