import { writeSync } from 'node:fs';
import { EXIT } from '../failure.js';

/**
 * What is to happen where stdout cannot be written. A reader that has gone (`| head`) had enough: nothing. A
 * full disk: one line, and the exit code of a machine that failed, whatever the command found.
 */
export function watchOutput(): void {
  let broken: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    broken ??= error;
  });
  process.stderr.on('error', () => {});
  process.on('exit', () => {
    if (!broken || broken.code === 'EPIPE') return;
    process.exitCode = EXIT.unavailable;
    try {
      writeSync(2, `dgx-patch: the output could not be written (${broken.code})\n`);
    } catch {
      // There is nobody left to say it to.
    }
  });
}
