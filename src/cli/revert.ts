import { join } from 'node:path';
import type { Command } from 'commander';
import { withLock } from '../apply/lock.js';
import { revert } from '../apply/revert.js';
import { recover } from '../apply/transaction.js';
import { openCheckout } from '../apply/tree-root.js';
import { EXIT } from '../failure.js';
import type { Io } from './io.js';

export function revertCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('revert')
    .description('restores the bytes from before apply; refuses where a file changed since')
    .requiredOption('--dir <dir>', 'the checkout')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  dgx-patch revert --dir ./vllm-3b30e6150777')
    .action(async ({ dir, json }: { dir: string; json?: boolean }) => {
      const root = await openCheckout(dir);
      await withLock(join(root.state, 'lock'), async () => {
        if (await recover(root)) io.err(`${dir}: an interrupted run was undone first\n`);
        const { files, fixes, target } = await revert(root);
        if (json) io.out(`${JSON.stringify({ dir, target, fixes, files }, null, 2)}\n`);
        else io.out(`${dir}: ${fixes.length} fixes taken back, ${files.length} files as they were\n`);
      });
      exit(EXIT.done);
    });
}
