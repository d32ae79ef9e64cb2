import type { Command } from 'commander';
import type { Io } from './io.js';
import { addTorture } from './torture.js';

export function fixCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const fix = program.command('fix').description('write and test a fix');
  addTorture(fix, io, exit);
}
