import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Reproduction, Said, World } from './world.js';

const sum = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');
const PRECIOUS = 'precious';

/** A file outside of the tree, and the way to it from there. */
function victim(world: World): { path: string; up: string } {
  const path = join(world.dir, 'victim');
  writeFileSync(path, PRECIOUS, { mode: 0o644 });
  return { path, up: `${'../'.repeat(16)}${path.slice(1)}` };
}

const journal = (file: object, more: object = {}): string =>
  JSON.stringify({ formatVersion: 1, id: randomUUID(), files: [file], receiptBefore: null, ...more });

/** The command ends with 5 and names the next step; the tree is as it was. */
function expectRefused(world: World, run: () => Said): void {
  const before = world.look();
  const { code, err } = run();
  expect(world.look()).toEqual(before);
  expect([code, err]).toEqual([5, expect.stringContaining('next:')]);
}

/** Applies, changes the receipt, and takes it back. */
function withReceipt(world: World, change: (receipt: Record<string, unknown>) => void): void {
  expect(world.apply()).toMatchObject({ code: 0 });
  const receipt = JSON.parse(readFileSync(world.state('receipt.json'), 'utf8'));
  change(receipt);
  world.plant('receipt.json', JSON.stringify(receipt));
  expectRefused(world, () => world.revert());
}

const HELD = 'apply/state-data: a journal that somebody made';
const RECEIPT = 'apply/state-data: a receipt that somebody changed';

export const STATE: readonly Reproduction[] = [
  ...(['revert', 'apply'] as const).map(
    (command): Reproduction => ({
      finding: 'B2',
      what: `a journal that deletes a file outside of the tree, followed by ${command}`,
      held: HELD,
      run(world) {
        const { path, up } = victim(world);
        world.plant('journal.json', journal({ path: up, before: null, after: sum(PRECIOUS), mode: 0o644 }));
        expectRefused(world, () => world[command]());
        expect(readFileSync(path, 'utf8')).toBe(PRECIOUS);
      },
    }),
  ),
  {
    finding: 'B2',
    what: 'a journal that overwrites a file outside of the tree, and sets its user id',
    held: HELD,
    run(world) {
      const { path, up } = victim(world);
      world.plant(`backup/${sum('theirs')}`, 'theirs');
      const file = { path: up, before: sum('theirs'), after: sum(PRECIOUS), mode: 0o104755 };
      world.plant('journal.json', journal(file));
      expectRefused(world, () => world.revert());
      expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o7777]).toEqual([PRECIOUS, 0o644]);
    },
  },
  {
    finding: 'B2',
    what: 'a journal into .git/config',
    held: HELD,
    run(world) {
      const config = readFileSync(join(world.tree, '.git/config'), 'latin1');
      world.plant(
        'journal.json',
        journal({ path: '.git/config', before: null, after: sum(config), mode: 0o644 }),
      );
      expectRefused(world, () => world.revert());
    },
  },
  {
    finding: 'B2',
    what: 'a journal of an unknown format',
    held: HELD,
    run(world) {
      const text = readFileSync(join(world.tree, 'README.md'), 'latin1');
      const file = { path: 'README.md', before: null, after: sum(text), mode: 0o644 };
      world.plant('journal.json', journal(file, { formatVersion: 2 }));
      expectRefused(world, () => world.revert());
    },
  },
  {
    finding: 'B3',
    what: 'a receipt that takes .git/config back',
    held: RECEIPT,
    run(world) {
      const config = readFileSync(join(world.tree, '.git/config'), 'latin1');
      withReceipt(world, (receipt) => {
        receipt.files = [{ path: '.git/config', before: null, after: sum(config) }];
      });
    },
  },
  ...['HEAD', '--help', '0'.repeat(40)].map(
    (base): Reproduction => ({
      finding: 'B3',
      what: `a receipt whose base is ${base}`,
      held: RECEIPT,
      run(world) {
        withReceipt(world, (receipt) => {
          receipt.base = base;
        });
      },
    }),
  ),
  ...['{', '[]', '{"formatVersion":1}'].map(
    (text): Reproduction => ({
      finding: 'B4',
      what: `a journal that is ${text}`,
      held: HELD,
      run(world) {
        world.plant('journal.json', text);
        expectRefused(world, () => world.revert());
        expectRefused(world, () => world.apply());
      },
    }),
  ),
];
