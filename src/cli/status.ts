import type { Command } from 'commander';
import { BLOCKING } from '../codemod/verdict.js';
import { EXIT } from '../failure.js';
import { statusDocument } from '../report/document.js';
import { statusTable, statusText } from '../report/text.js';
import type { Io } from './io.js';
import { addCommonOptions, type CommonOptions, judgeTarget, openTargets } from './options.js';

export function statusCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addCommonOptions(program.command('status'))
    .description('the verdict of every fix, read from git objects without a checkout')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch status --target vllm@v0.16.0\n  dgx-patch status --target vllm@v0.15.1 --target vllm@v0.20.0 --arch 12.0f --json',
    )
    .action(async (options: CommonOptions) => {
      const targets = await openTargets(options, io);
      try {
        const judged = [];
        for (const target of targets) judged.push(await judgeTarget(target, options));
        if (options.json) {
          const documents = judged.map(statusDocument);
          io.out(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
        } else if (judged.length === 1) io.out(statusText(judged[0]!, io.colour));
        else io.out(statusTable(judged, io.colour));
        const blocked = judged.some(({ outcomes }) => outcomes.some(({ verdict }) => BLOCKING.has(verdict)));
        exit(blocked ? EXIT.blocked : EXIT.done);
      } finally {
        for (const target of targets) target.close();
      }
    });
}
