import type { CommanderError } from 'commander';
import { Failure } from '../failure.js';

/** `recipe run`, of the words that were typed: the command whose help tells more. */
function commandOf(argv: readonly string[], names: readonly string[]): string {
  const at = argv.findIndex((word) => !word.startsWith('-'));
  const named = at >= 0 && names.includes(argv[at]!) ? ` ${argv[at]}` : '';
  return `dgx-patch${named} --help`;
}

/** A command line that could not be read, in the form of every other failure. */
export function misread(error: CommanderError, argv: readonly string[], names: readonly string[]): Failure {
  const [what = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const meant = more.join(' ').replace(/^\(|\)$/g, '');
  const help = commandOf(argv, names);
  const target = argv.find((word, i) => i > 0 && /^[a-z]+@\S+$/.test(word) && !argv[i - 1]!.startsWith('-'));
  const next =
    error.code === 'commander.excessArguments' && target ? `perhaps: --target ${target}; see ${help}` : help;
  return new Failure('usage', what.replace(/\.$/, ''), { ...(meant ? { why: meant } : {}), next });
}
