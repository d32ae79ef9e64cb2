import { join } from 'node:path';
import type { Command } from 'commander';
import { withLock } from '../apply/mutex.js';
import { recover } from '../apply/recover.js';
import { revert } from '../apply/revert.js';
import { openCheckout } from '../apply/tree-root.js';
import { EXIT, Failure } from '../failure.js';
import { addInstalledOptions, type InstalledOptions, isInstalled } from './installed.js';
import { revertInstalled } from './installed-apply.js';
import type { Io } from './io.js';

interface RevertOptions extends InstalledOptions {
  readonly dir?: string;
  readonly target?: string;
  readonly json?: boolean;
}

export function revertCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addInstalledOptions(program.command('revert'))
    .description('restores the bytes from before apply; refuses where a file changed since')
    .option('--dir <dir>', 'the checkout')
    .option('--target <target>', '<project>@installed: the installed package, instead of a checkout')
    .option('--clear-jit-cache', 'with flashinfer@installed: remove the modules that were built in between')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  dgx-patch revert --dir ./vllm-3b30e6150777')
    .action(async ({ dir, json, ...options }: RevertOptions) => {
      const targets = options.target === undefined ? [] : [options.target];
      if (isInstalled(targets)) {
        return exit(await revertInstalled(targets, { ...options, ...(json ? { json } : {}) }, io));
      }
      if (dir === undefined) {
        throw new Failure('usage', 'no checkout was given', {
          next: 'for example: dgx-patch revert --dir ./vllm-spark',
        });
      }
      const root = await openCheckout(dir, 'give the folder that apply patched: --dir <checkout>');
      await withLock(join(root.state, 'lock'), async () => {
        if (await recover(root)) io.err(`${dir}: an interrupted run was undone first\n`);
        const { files, fixes, target, reverting } = await revert(root);
        const how = reverting === undefined ? '' : `, in the commit ${reverting.slice(0, 12)}`;
        const document = { dir, target, fixes, files, ...(reverting ? { commit: reverting } : {}) };
        if (json) io.out(`${JSON.stringify(document, null, 2)}\n`);
        else io.out(`${dir}: ${fixes.length} fixes taken back${how}, ${files.length} files as they were\n`);
      });
      exit(EXIT.done);
    });
}
