import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Said } from './cmake-script.js';
import { tempFolder } from './temp.js';

/** True where the real cmake is on the machine. */
export const hasCMake = spawnSync('cmake', ['--version']).status === 0;

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
