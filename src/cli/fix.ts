import type { Command } from 'commander';
import { addFixNew } from './fix-new.js';
import { addFixTest } from './fix-test.js';
import { addFixTry } from './fix-try.js';
import type { Io } from './io.js';
import { addTorture } from './torture.js';

export function fixCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const fix = program.command('fix').description('write and test a fix');
  addFixNew(fix, io);
  addFixTest(fix, io, exit);
  addFixTry(fix, io, exit);
  addTorture(fix, io, exit);
}
