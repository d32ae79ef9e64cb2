import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../failure.js';
import { realDisk } from './disk.js';
import { type Holder, mayLive, readHolder, thisProcess } from './holder.js';

/** Turns of a taker that always finds the lock changed under its hands, 5 ms apart. */
const TURNS = 200;

const notWritable = (path: string, cause: NodeJS.ErrnoException): Failure =>
  new Failure('tree', `${path} cannot be written (${cause.code})`, {
    next: 'check the permissions of the folder',
    cause,
  });

function busy(file: string, holder: Holder | undefined): Failure {
  const who = holder ? ` (process ${holder.pid})` : '';
  return new Failure('tree', `another dgx-patch${who} is working on this tree`, {
    next: `wait for it; if there is none, remove ${file}`,
  });
}

/** Gives a file that was written whole its name, unless that is taken: true for one process only. */
function linked(draft: string, name: string): Promise<boolean> {
  return realDisk.link(draft, name).catch((cause: NodeJS.ErrnoException) => {
    throw notWritable(name, cause);
  });
}

const claimOn = (file: string, { id }: Holder): string => `${file}.after-${id}`;

/**
 * Who holds the lock: the process in the file, or the last of those that took it over and died before they
 * had put themselves there.
 */
async function lastHolder(file: string, head: Holder): Promise<Holder> {
  let last = head;
  for (let taken = 0; taken < TURNS; taken += 1) {
    const next = await readHolder(claimOn(file, last));
    if (!next) return last;
    last = next;
  }
  throw busy(file, last);
}

/**
 * Takes the lock over from a process that is gone. For each holder there is one claim, and one taker gets
 * it; it counts where the lock is then still the one that was looked at. Only who holds the lock changes it,
 * so the rename replaces the dead one and nothing else.
 */
async function takeOver(file: string, draft: string, head: Holder, last: Holder): Promise<boolean> {
  const claim = claimOn(file, last);
  if (!(await linked(draft, claim))) return false;
  const still = (await readHolder(file))?.id === head.id;
  if (still) await rename(draft, file);
  await rm(claim, { force: true });
  return still;
}

async function acquire(file: string, draft: string): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (await linked(draft, file)) return;
    const head = await readHolder(file);
    if (!head) continue;
    const last = await lastHolder(file, head);
    if (await mayLive(last)) throw busy(file, last);
    if (await takeOver(file, draft, head, last)) return;
    await setTimeout(5);
  }
  throw busy(file, undefined);
}

/**
 * What killed takers left beside the lock. Their claims lead nowhere: the lock is ours. What names no process
 * is left alone: another taker may just be writing it.
 */
async function sweep(file: string, own: string): Promise<void> {
  const dir = dirname(file);
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    if (!name.startsWith(`${basename(file)}.`) || path === own) continue;
    const holder = await readHolder(path).catch(() => undefined);
    if (holder && holder.pid !== 0 && !(await mayLive(holder))) await rm(path, { force: true });
  }
}

/** Runs `work` while holding the lock file. A lock left by a dead process is taken over, by one taker. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw notWritable(dirname(file), cause);
  });
  const { holder, text } = await thisProcess();
  const draft = `${file}.${holder.id}`;
  try {
    await writeFile(draft, text).catch((cause: NodeJS.ErrnoException) => {
      throw notWritable(draft, cause);
    });
    await acquire(file, draft);
  } finally {
    await rm(draft, { force: true });
  }
  try {
    await sweep(file, draft);
    return await work();
  } finally {
    if ((await readHolder(file).catch(() => undefined))?.id === holder.id) await rm(file, { force: true });
  }
}
