import type { Budget } from './budget.js';
import { joinList } from './list.js';
import { type Argument, argumentOf } from './program.js';

const reference = (name: string): string => `\${${name}}`;

/**
 * The arguments of a macro call, put into the text of the macro's body: `${NAME}` of a formal, `${ARGV}` and
 * so on become what they stand for, before anything else is evaluated.
 */
export class Substitution {
  readonly #done = new Map<Argument, Argument>();
  readonly #pairs: readonly (readonly [search: string, replacement: string])[];

  constructor(
    formals: readonly string[],
    readonly args: readonly string[],
    /** Of the macro whose body defines this macro. */
    readonly outer: Substitution | undefined,
    readonly budget: Budget,
  ) {
    this.#pairs = [
      ...formals.map((name, index) => [reference(name), args[index]!] as const),
      [reference('ARGC'), String(args.length)],
      [reference('ARGN'), joinList(args.slice(formals.length))],
      [reference('ARGV'), joinList(args)],
    ];
  }

  of(argument: Argument): Argument {
    if (argument.kind === 'bracket' || !argument.text.includes('${')) return argument;
    let done = this.#done.get(argument);
    if (!done) {
      done = this.#put(this.outer?.of(argument) ?? argument);
      this.#done.set(argument, done);
    }
    return done;
  }

  #put(argument: Argument): Argument {
    let text = argument.text;
    for (const [search, replacement] of this.#pairs) text = this.budget.replaced(text, search, replacement);
    if (text.includes('${ARGV')) {
      for (const [index, value] of this.args.entries())
        text = this.budget.replaced(text, reference(`ARGV${index}`), value);
    }
    return text === argument.text ? argument : argumentOf(argument.kind, text);
  }
}
