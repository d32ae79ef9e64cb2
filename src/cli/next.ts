import { shellWord } from '../recipes/run-argv.js';
import { type CommonOptions, defaultPins } from './options.js';

/** Each value with its option before it. */
const each = (option: string, values: readonly string[] | undefined): string[] =>
  (values ?? []).flatMap((value) => [option, value]);
const one = (option: string, value: string | undefined): string[] =>
  value === undefined ? [] : [option, value];

/** What is added to, or put in place of, what the options say. */
export interface Instead {
  readonly targets?: readonly string[];
  readonly skip?: readonly string[];
  readonly more?: readonly string[];
}

/** A whole command line on what these options name, as a shell reads it. */
export function commandLine(command: string, options: CommonOptions, instead: Instead = {}): string {
  const targets = instead.targets ?? options.target;
  const skip = [...new Set([...options.skip, ...(instead.skip ?? [])])];
  return [
    ...['dgx-patch', command],
    ...each('--target', targets),
    ...(instead.targets ? [] : one('--set', options.set)),
    ...one('--cuda', options.cuda),
    ...one('--arch', options.arch),
    ...each('--mirror', options.mirror),
    ...one('--only', options.only.length > 0 ? options.only.join(',') : undefined),
    ...one('--skip', skip.length > 0 ? skip.join(',') : undefined),
    ...each('--option', options.option),
    ...(options.full ? ['--full'] : []),
    ...one('--pins', options.pins === defaultPins() ? undefined : options.pins),
    ...(instead.more ?? []),
  ]
    .map(shellWord)
    .join(' ');
}
