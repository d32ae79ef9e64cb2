import { createHash, randomUUID } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { readPlain } from './disk.js';

const holderSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Of this one taking of the lock. */
  id: z.uuid(),
  pid: z.int().positive(),
  /** Boot id and start time: process ids are used again. Empty where the machine does not tell. */
  start: z.string(),
  /** Host and process namespace: elsewhere, the process id says nothing. */
  place: z.string(),
});

/** The process that a lock names. */
export type Holder = Pick<z.infer<typeof holderSchema>, 'id' | 'pid' | 'start' | 'place'>;

async function startOf(pid: number): Promise<string> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)!.split(' ');
    return `${(await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()} ${fields[19]}`;
  } catch {
    return '';
  }
}

async function placeOf(): Promise<string> {
  return `${hostname()} ${await readlink('/proc/self/ns/pid').catch(() => '')}`.trim();
}

/** This process, as its lock file says it. */
export async function thisProcess(): Promise<{ readonly holder: Holder; readonly text: string }> {
  const { pid } = process;
  const holder = { id: randomUUID(), pid, start: await startOf(pid), place: await placeOf() };
  return { holder, text: `${JSON.stringify({ formatVersion: 1, ...holder })}\n` };
}

/** What a lock file says. Version 0.1.0 wrote the process id and the start, a line each. */
function parse(text: string, id: string): Holder {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    const [pid = '', start = ''] = text.split('\n');
    return { id, pid: /^\d{1,9}$/.test(pid) ? Number(pid) : 0, start, place: '' };
  }
}

/** The holder that a file names; undefined where there is no file. What fits no format is of no process. */
export async function readHolder(file: string): Promise<Holder | undefined> {
  const text = await readPlain(file, 'utf8');
  if (text === undefined) return undefined;
  try {
    const { ino, mtimeMs } = await lstat(file);
    const sum = createHash('sha256').update(`${ino} ${mtimeMs} ${text}`).digest('hex');
    return parse(text, sum.slice(0, 32));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** False only where the process is gone for certain. */
export async function mayLive({ pid, start, place }: Holder): Promise<boolean> {
  if (pid === 0) return false;
  if (place !== '' && place !== (await placeOf())) return true;
  return isAlive(pid) && (start === '' || start === (await startOf(pid)));
}
