import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeCarried } from '../../src/author/carry/write-carried.js';
import { codemodOf, readCarried } from '../../src/fixes/carried/read.js';
import { judgeTree } from '../../src/judge/judge.js';
import type { Change } from '../../src/patch/on-tree.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { mapTree } from '../support/map-tree.js';
import { BUILD } from '../support/memory.js';
import { tempFolder } from '../support/temp.js';

const BEFORE = `def first(a, b):
    start(a)
    work(b)
    return a


def second(a):
    return work(a)
`;
const AFTER = BEFORE.replace('work(b)', 'work(b, 2)').replace('return work(a)', 'return work(a) + 1');

const ABOUT = {
  id: 'acme/vllm-work',
  project: 'vllm',
  title: 'Work twice (#12)',
  source: { commit: 'c'.repeat(40), pull: '#12', date: '2026-05-01' },
} as const;

const change = (files: Change['files']): Change => ({ files, known: new Set() });
const ONE = change([{ path: 'pkg/work.py', before: BEFORE, after: AFTER }]);

async function carried(what: Change): Promise<string> {
  const dir = join(tempFolder(), 'work');
  await writeCarried(dir, ABOUT, what);
  return dir;
}

async function judge(what: Change, files: Record<string, string>) {
  const codemod = codemodOf(await readCarried(await carried(what)));
  const tree = mapTree(files);
  const [outcome] = await judgeTree(tree, [codemod], BUILD);
  const edited = new OverlayTree(tree, outcome!.edits);
  return { outcome: outcome!, text: async (path: string) => (await edited.read(path))?.text };
}

describe('a carried patch', () => {
  it('is read as it was written', async () => {
    const files: Change['files'] = [
      {
        path: 'pkg/work.py',
        before: BEFORE,
        after: AFTER,
        lineage: new Map([['first', new Set(['0a', '1b'])]]),
      },
      { path: 'pkg/new.py', before: undefined, after: 'a = 1\n' },
      { path: 'pkg/crlf.py', before: 'a\r\nb\r\n', after: 'a\r\nc\r\n' },
      { path: 'pkg/no-end.py', before: 'a', after: 'b' },
      { path: 'pkg/latin.py', before: 'a = "\xe9"\n', after: 'a = "\xe8"\n' },
      { path: 'pkg/gone.py', before: undefined, after: undefined },
      { path: 'docs/x.png', before: undefined, after: undefined, foreign: 'binary bytes' },
    ];
    const read = await readCarried(await carried({ files, known: new Set(['pkg/other.py']) }));
    expect(read.change.files).toEqual(files);
    expect(read.change.known).toEqual(new Set(['pkg/other.py']));
  });

  it('is needed, then right', async () => {
    const { outcome, text } = await judge(ONE, { 'pkg/work.py': BEFORE });
    expect(outcome).toMatchObject({
      verdict: 'needed',
      reason: 'this revision is without #12: 2 hunks in 1 file',
    });
    expect(await text('pkg/work.py')).toBe(AFTER);
    expect((await judge(ONE, { 'pkg/work.py': AFTER })).outcome).toMatchObject({
      verdict: 'upstreamed',
      reason: 'this revision has #12: all 2 hunks in 1 file',
      evidence: [],
    });
  });

  it('is partly upstreamed', async () => {
    const half = BEFORE.replace('work(b)', 'work(b, 2)');
    const { outcome, text } = await judge(ONE, { 'pkg/work.py': half });
    expect(outcome).toMatchObject({
      verdict: 'needed',
      reason: 'partly upstreamed: this revision has 1 of 2 hunks of #12',
    });
    expect(await text('pkg/work.py')).toBe(AFTER);
  });

  it('drifts with both texts, and edits nothing', async () => {
    const { outcome } = await judge(ONE, { 'pkg/work.py': BEFORE.replace('work(b)', 'work(b, 3)') });
    expect(outcome).toMatchObject({ verdict: 'drifted', edits: [] });
    expect(outcome.evidence).toHaveLength(1);
    const { ref, note } = outcome.evidence[0]!;
    expect(ref).toBe('pkg/work.py:3');
    expect(note).toContain(
      'the target has\n      work(b, 3)\nthe patch was made on\n      work(b)\nand makes\n      work(b, 2)',
    );
  });

  it('is not applicable where its files or its functions are not there', async () => {
    expect((await judge(ONE, { 'pkg/other.py': 'a = 1\n' })).outcome).toMatchObject({
      verdict: 'not-applicable',
      reason: '#12 changes what this revision does not have: pkg/work.py',
    });
    const two = change([...ONE.files, { path: 'pkg/else.py', before: 'a = 1\n', after: 'a = 2\n' }]);
    expect((await judge(two, { 'pkg/work.py': BEFORE })).outcome.verdict).toBe('drifted');
  });

  it('makes new files, and says what it leaves out', async () => {
    const what = change([
      ...ONE.files,
      { path: 'pkg/new.py', before: undefined, after: 'a = 1\n' },
      { path: 'tests/test_work.py', before: 'assert 1\n', after: 'assert 2\n' },
      { path: 'docs/x.png', before: undefined, after: undefined, foreign: 'binary bytes' },
    ]);
    const { outcome, text } = await judge(what, {
      'pkg/work.py': BEFORE,
      'tests/test_work.py': 'assert 3\n',
    });
    expect(outcome.verdict).toBe('needed');
    expect(outcome.reason).toMatch(
      /left out: tests\/test_work\.py: .*\(tests\); docs\/x\.png: it is binary bytes \(docs\)$/,
    );
    expect(await text('pkg/new.py')).toBe('a = 1\n');
    expect(await text('tests/test_work.py')).toBe('assert 3\n');
  });

  it('keeps CR LF', async () => {
    const { text } = await judge(ONE, { 'pkg/work.py': BEFORE.replace(/\n/g, '\r\n') });
    expect(await text('pkg/work.py')).toBe(AFTER.replace(/\n/g, '\r\n'));
  });

  it('has a digest of its bytes', async () => {
    const dir = await carried(ONE);
    const first = (await readCarried(dir)).digest;
    const file = join(dir, 'fix.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('Work twice', 'Work thrice'));
    expect((await readCarried(dir)).digest).not.toBe(first);
  });
});

describe('a carried patch that was edited by hand', () => {
  const edit = (name: string, from: string | RegExp, to: string) => async () => {
    const dir = await carried(ONE);
    const file = join(dir, name);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
    return readCarried(dir);
  };

  it.each([
    ['in its text', edit('change.patch', '+    work(b, 2)', '+    work(b, 9)')],
    ['in what it is made on', edit('change.patch', '     start(a)', '     stop(a)')],
    ['in its blob ids', edit('fix.json', /"after": "[0-9a-f]{6}/, '"after": "000000')],
    ['to write elsewhere', edit('change.patch', /pkg\/work\.py/g, '../work.py')],
    ['to be of another form', edit('fix.json', '"formatVersion": 1', '"formatVersion": 2')],
    ['to be in a project’s name space', edit('fix.json', 'acme/', 'vllm/')],
  ])('%s is not used', async (_name, read) => {
    await expect(read()).rejects.toMatchObject({ kind: 'usage' });
  });
});
