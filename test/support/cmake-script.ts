import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/evaluate/cmake/commands/table.js';
import { CMakeError, describe } from '../../src/evaluate/cmake/error.js';
import { Files, ROOT } from '../../src/evaluate/cmake/files.js';
import { Interpreter } from '../../src/evaluate/cmake/interpreter.js';
import { Programs } from '../../src/evaluate/cmake/program.js';
import { tempFolder } from './temp.js';

/** What a script says: the texts of its `message(STATUS …)` calls, and its errors. */
export interface Said {
  readonly messages: readonly string[];
  readonly errors: readonly string[];
}

/** True where the real cmake is on the machine. */
export const hasCMake = spawnSync('cmake', ['--version']).status === 0;

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

/** Runs a script with the real cmake. Its messages must be on one line each. */
export function runScript(text: string): Said {
  const folder = tempFolder();
  const file = join(folder, 'script.cmake');
  writeFileSync(file, text, 'latin1');
  const driver = join(folder, 'driver.cmake');
  writeFileSync(driver, `cmake_minimum_required(VERSION 3.19...3.31)\ninclude("${file}")\n`);
  const { stdout, stderr, status } = spawnSync('cmake', ['-P', driver], {
    cwd: folder,
    encoding: 'latin1',
    env: { PATH: process.env.PATH },
  });
  const errors = [...stderr.matchAll(/^CMake Error[^\n]*\n(?:\s{2}[^\n]*\n|\n)*/gm)].map(([text]) => text);
  return {
    messages: stdout.split('\n').flatMap((line) => /^-- (.*)$/.exec(line)?.slice(1) ?? []),
    errors: status !== 0 && errors.length === 0 ? [stderr] : errors,
  };
}
