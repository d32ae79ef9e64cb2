import { Argument, Command } from 'commander';
import { EXIT } from '../../failure.js';
import { commandsFor } from '../commands.js';
import type { Io } from '../io.js';
import { bash } from './bash.js';
import { fish } from './fish.js';
import { wordsOf } from './words.js';
import { zsh } from './zsh.js';

const SHELLS = { bash, zsh, fish };

export function completionCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('completion')
    .description('a completion script for a shell, on stdout')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(dgx-patch completion bash)\n  dgx-patch completion zsh > "$fpath[1]/_dgx-patch"\n  dgx-patch completion fish > ~/.config/fish/completions/dgx-patch.fish',
    )
    .action(async (shell: keyof typeof SHELLS) => {
      const whole = new Command('dgx-patch');
      for (const add of await commandsFor([])) add(whole, io, () => {});
      io.out(SHELLS[shell](wordsOf(whole)));
      exit(EXIT.done);
    });
}
