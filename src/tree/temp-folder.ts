import { readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../failure.js';

/** Of version 0.1.0, whose names do not say which process made them. */
const UNNAMED = /^dgx-patch-(?:cmake|verify|doctor|context)-\w{6}$/;
const DAY = 24 * 60 * 60 * 1000;

/** Where process ids mean what they mean here: a container has its own. */
function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Removes the folders of ours that runs left which were killed. */
async function sweep(dir: string, own: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.startsWith('dgx-patch-')) continue;
    const path = join(dir, name);
    const info = await stat(path).catch(() => undefined);
    if (!info?.isDirectory() || info.uid !== process.getuid?.()) continue;
    const pid = name.split(`-${own}-`)[1]?.split('-')[0];
    const left =
      pid === undefined ? UNNAMED.test(name) && Date.now() - info.mtimeMs > DAY : isGone(Number(pid));
    if (left) await rm(path, { recursive: true, force: true });
  }
}

/** Makes a folder in TMPDIR, to be removed by the caller. Throws an `unavailable` Failure where that cannot be. */
export async function temporaryFolder(kind: string): Promise<string> {
  const own = namespace();
  try {
    await sweep(tmpdir(), own).catch(() => {});
    return await mkdtemp(join(tmpdir(), `dgx-patch-${kind}-${own}-${process.pid}-`));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Failure('unavailable', `no temporary folder can be made in ${tmpdir()} (${code})`, {
      next: 'set TMPDIR to a folder that is there, and has space',
      cause,
    });
  }
}
