// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { expect } from 'vitest';
import { COMMANDS } from '../../src/evaluate/cmake/commands/table.js';
import { CMakeError, describe } from '../../src/evaluate/cmake/error.js';
import { Files, ROOT } from '../../src/evaluate/cmake/files.js';
import { Interpreter } from '../../src/evaluate/cmake/interpreter.js';
import { Programs } from '../../src/evaluate/cmake/program.js';

/** What a script says: the texts of its `message(STATUS …)` calls, and its errors. */
export interface Said {
  readonly messages: readonly string[];
  readonly errors: readonly string[];
}

/** Runs a script with our interpreter; more files of the tree by their path. */
export function evaluateScript(text: string, more: Readonly<Record<string, string>> = {}): Said {
  const messages: string[] = [];
  const all = Object.entries({ ...more, 'script.cmake': text }).map(([path, own]) => ({ path, text: own }));
  const recorder = {
    follows: () => true,
    wants: (command: string) => command === 'message',
    record: ({ args: [kind, ...texts] }: { readonly args: readonly string[] }) => {
      if (kind === 'STATUS') messages.push(texts.join(''));
    },
  };
  const run = new Interpreter(new Files(all), new Programs(), recorder, COMMANDS);
  try {
    run.runFile(`${ROOT}/script.cmake`, text);
  } catch (error) {
    if (!(error instanceof CMakeError)) throw error;
    return { messages, errors: [...run.errors, describe(error)] };
  }
  return { messages, errors: run.errors };
}

/** The messages of a script that ends well. */
export function says(text: string, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const { messages, errors } = evaluateScript(text, more);
  expect(errors).toEqual([]);
  return messages;
}

/** The only error of a script. */
export function failsWith(text: string, more: Readonly<Record<string, string>> = {}): string {
  const { errors } = evaluateScript(text, more);
  expect(errors).toHaveLength(1);
  return errors[0]!;
}

/** What a script of some commands leaves in the variable OUT, as it is. */
export const out = (...commands: readonly string[]): string =>
  says([...commands, 'message(STATUS "${OUT}")'].join('\n')).at(-1)!;
