import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../failure.js';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot id and start time name a process for good: process ids are used again. */
async function startOf(pid: number): Promise<string> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)!.split(' ');
    return `${(await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()} ${fields[19]}`;
  } catch {
    return '';
  }
}

/** True where the process that wrote the lock is still there. */
async function isHeld(text: string): Promise<boolean> {
  const [pid, start] = text.split('\n');
  if (!/^\d+$/.test(pid ?? '')) return false;
  return isAlive(Number(pid)) && (start === '' || start === (await startOf(Number(pid))));
}

/** Runs `work` while holding the lock file. A lock left by a dead process is taken over. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure('tree', `${dirname(file)} cannot be written (${cause.code})`, {
      next: 'check the permissions of the folder',
      cause,
    });
  });
  for (let attempt = 0; ; attempt += 1) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(`${process.pid}\n${await startOf(process.pid)}\n`);
      await handle.close();
      break;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'EEXIST') {
        throw new Failure('tree', `${file} cannot be written (${code})`, {
          next: 'check the permissions of the folder',
        });
      }
      const holder = await readFile(file, 'utf8').catch(() => '');
      if (attempt > 0 || (await isHeld(holder))) {
        throw new Failure(
          'tree',
          `another dgx-patch (process ${holder.split('\n')[0]}) is working on this tree`,
          {
            next: `wait for it; if there is none, remove ${file}`,
          },
        );
      }
      await rm(file, { force: true });
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
