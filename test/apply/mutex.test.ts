import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../src/apply/mutex.js';
import { tempFolder } from '../support/temp.js';

/** No process has this id: it is above what Linux gives. */
const DEAD = 4194304;
const ID = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const lockOf = (id: string, more: object = {}): string =>
  `${JSON.stringify({ formatVersion: 1, id, pid: DEAD, start: '', place: '', ...more })}\n`;

let dir: string;
let file: string;

beforeEach(() => {
  dir = tempFolder();
  file = join(dir, 'lock');
});

/** Starts takers together; who is inside stays there until all others have been answered. */
async function together(takers: number): Promise<{ won: number; most: number }> {
  let [won, most, inside, refused] = [0, 0, 0, 0];
  let end: () => void = () => {};
  const others = new Promise<void>((resolve) => {
    end = resolve;
  });
  await Promise.all(
    Array.from({ length: takers }, async () => {
      try {
        await withLock(file, async () => {
          inside += 1;
          most = Math.max(most, inside);
          won += 1;
          if (won + refused === takers) end();
          await others;
          inside -= 1;
        });
      } catch (error) {
        expect((error as Error).message).toMatch(/another dgx-patch \(process \d+\) is working/);
        refused += 1;
        if (won + refused === takers) end();
      }
    }),
  );
  return { won, most };
}

describe('takers that start together', () => {
  it.each([
    ['no lock', undefined],
    ['an empty one', ''],
    ['one of a dead process', lockOf(ID(1))],
    ['one of a dead process of 0.1.0', `${DEAD}\n\n`],
  ])('with %s: exactly one wins', async (_, text) => {
    for (let round = 0; round < 25; round += 1) {
      if (text !== undefined) writeFileSync(file, text);
      expect(await together(6)).toEqual({ won: 1, most: 1 });
      expect(readdirSync(dir)).toEqual([]);
    }
  });
});

it('names this process while it holds the lock, in a file that was written whole', async () => {
  await withLock(file, async () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ formatVersion: 1, pid: process.pid });
    expect(readdirSync(dir)).toEqual(['lock']);
  });
});

it('takes over where takers died on the way, and clears up what they left', async () => {
  writeFileSync(file, lockOf(ID(1)));
  writeFileSync(`${file}.after-${ID(1)}`, lockOf(ID(2)));
  writeFileSync(`${file}.after-${ID(2)}`, lockOf(ID(3)));
  writeFileSync(`${file}.${ID(9)}`, lockOf(ID(9)));
  await withLock(file, async () => expect(readdirSync(dir)).toEqual(['lock']));
  expect(readdirSync(dir)).toEqual([]);
});

it.each([
  ['a living process', { pid: process.pid }],
  ['a process of another machine or container, which cannot be seen from here', { place: 'elsewhere' }],
])('leaves the lock to %s', async (_, more) => {
  writeFileSync(file, lockOf(ID(1), more));
  await expect(withLock(file, async () => 1)).rejects.toMatchObject({
    kind: 'tree',
    next: expect.stringContaining(file),
  });
  expect(readFileSync(file, 'utf8')).toBe(lockOf(ID(1), more));
});

it('leaves it to a living taker that has not put itself there yet', async () => {
  writeFileSync(file, lockOf(ID(1)));
  writeFileSync(`${file}.after-${ID(1)}`, lockOf(ID(2), { pid: process.pid }));
  await expect(withLock(file, async () => 1)).rejects.toThrow(/another dgx-patch/);
});

it('takes over from a process whose id another one has now', async () => {
  writeFileSync(file, lockOf(ID(1), { pid: process.pid, start: 'another start' }));
  expect(await withLock(file, async () => 1)).toBe(1);
});

it('ends where claims go round in a circle, and where the lock is a pipe', async () => {
  writeFileSync(file, lockOf(ID(1)));
  writeFileSync(`${file}.after-${ID(1)}`, lockOf(ID(1)));
  await expect(withLock(file, async () => 1)).rejects.toThrow(/another dgx-patch/);
  const pipe = join(tempFolder(), 'lock');
  execFileSync('mkfifo', [pipe]);
  await expect(withLock(pipe, async () => 1)).rejects.toThrow(/is no regular file/);
});

it('is given back when the work fails', async () => {
  await expect(
    withLock(file, async () => {
      throw new Error('work');
    }),
  ).rejects.toThrow('work');
  expect(readdirSync(dir)).toEqual([]);
});
