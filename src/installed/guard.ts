import { spawn } from 'node:child_process';
import { Failure } from '../failure.js';

/** Seconds that a second container waits for the first one to patch the volume that they share. */
const PATIENCE = 60;
/** What `flock` ends with where the time is over. */
const BUSY = 1;

/**
 * Runs `work` alone among all containers that share a volume. Their process ids say nothing to one another, so
 * that a lock file cannot tell a dead holder from one elsewhere; the kernel's own lock on the folder can, and ends
 * with its holder. It is held by `flock` of util-linux; where there is none, or the file system has no such
 * locks, `work` runs all the same.
 */
export async function withGuard<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['-w', String(PATIENCE), dir, 'sh', '-c', 'echo held; cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const state = await new Promise<'held' | 'busy' | 'absent'>((resolve) => {
    holder.once('error', () => resolve('absent'));
    holder.once('exit', (code) => resolve(code === BUSY ? 'busy' : 'absent'));
    holder.stdout.once('data', () => resolve('held'));
  });
  if (state === 'busy') {
    throw new Failure('tree', `another dgx-patch has worked on ${dir} for ${PATIENCE} s`, {
      next: 'wait for it, then run the command again',
    });
  }
  try {
    return await work();
  } finally {
    if (state === 'held') {
      const released = new Promise((resolve) => holder.once('close', resolve));
      holder.stdin.end();
      await released;
    }
  }
}
