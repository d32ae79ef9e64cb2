import type { Command } from 'commander';
import { placeOf } from '../author/kit/place-of.js';
import { BLOCKING } from '../codemod/verdict.js';
import { EXIT } from '../failure.js';
import { reviewOf } from '../judge/review.js';
import { statusText } from '../report/status-text.js';
import { decoded } from '../source/text.js';
import type { Io } from './io.js';
import { addCommonOptions, type CommonOptions } from './options.js';
import { judgeTarget, openTargets, readRequest } from './request.js';

async function tryFix(id: string, options: CommonOptions, io: Io): Promise<number> {
  const request = await readRequest({ ...options, only: [id], skip: [] });
  const targets = await openTargets(request, io);
  let code: number = EXIT.done;
  try {
    for (const target of targets) {
      const judged = await judgeTarget(target, request);
      const review = await reviewOf(judged, target.tree);
      io.out(statusText(judged, io.colour));
      for (const { sites, verdict } of judged.outcomes) {
        if (BLOCKING.has(verdict)) code = EXIT.blocked;
        for (const site of sites) {
          io.out(`\n${site.path}:${site.line}  ${site.state}  ${site.what}\n`);
          for (const line of await placeOf(site, target.tree)) io.out(`${decoded(line)}\n`);
        }
      }
      if (review.patch !== '') io.out(`\n${decoded(review.patch)}`);
    }
    return code;
  } finally {
    for (const target of targets) target.close();
  }
}

export function addFixTry(fix: Command, io: Io, exit: (code: number) => void): void {
  addCommonOptions(fix.command('try'))
    .description('a fix on real revisions: verdict, sites with the syntax that they stand in, diff')
    .argument('<id>', 'the fix')
    .addHelpText('after', '\nExample:\n  dgx-patch fix try acme/vllm-sampler --target vllm@v0.20.0')
    .action(async (id: string, options: CommonOptions) => exit(await tryFix(id, options, io)));
}
