import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { updateRecord } from '../../src/installed/record.js';
import { readVersion } from '../../src/installed/version.js';

const hash = (text: string): string => createHash('sha256').update(text, 'latin1').digest('base64url');
const rowOf = (path: string, text: string): string => {
  const name = /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
  return `${name},sha256=${hash(text)},${text.length}`;
};

describe('RECORD', () => {
  const RECORD = [
    'a/one.py,sha256=old,1',
    '"a/E=1,N=2.json",sha256=old,1',
    'a/one.pyc,,',
    'x-1.dist-info/RECORD,,',
    '',
  ];

  it.each(['\n', '\r\n'])('has true hashes of what was edited, and all else as it was (%j)', (newline) => {
    const record = RECORD.join(newline);
    const updated = updateRecord(record, [
      { path: 'a/one.py', text: 'new' },
      { path: 'a/E=1,N=2.json', text: '{}' },
      { path: 'a/.dgx-patch/receipt.json' },
    ]);
    expect(updated.split(newline)).toEqual([
      rowOf('a/one.py', 'new'),
      rowOf('a/E=1,N=2.json', '{}'),
      'a/one.pyc,,',
      'x-1.dist-info/RECORD,,',
      'a/.dgx-patch/receipt.json,,',
      '',
    ]);
  });

  it('keeps a missing last newline, where nothing is added', () => {
    expect(updateRecord('a.py,sha256=old,1', [{ path: 'a.py', text: 'b' }])).toBe(rowOf('a.py', 'b'));
    expect(updateRecord('a.py,,', [{ path: 'b.py' }])).toBe('a.py,,\nb.py,,\n');
  });

  it('says the same when it is updated again', () => {
    const path = fc.stringMatching(/^[a-z,"/.]{1,20}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(path),
        fc.dictionary(path, fc.string({ unit: 'binary-ascii' })),
        (listed, edited) => {
          const record = listed.map((one) => `${rowOf(one, 'before')}\n`).join('');
          const rows = Object.entries(edited).map(([name, text]) => ({ path: name, text }));
          const once = updateRecord(record, rows);
          expect(updateRecord(once, rows)).toBe(once);
          const lines = once.split('\n');
          for (const { path: name, text } of rows) expect(lines).toContain(rowOf(name, text));
          for (const name of listed) {
            if (!Object.hasOwn(edited, name)) expect(lines).toContain(rowOf(name, 'before'));
          }
          expect(lines).toHaveLength(new Set([...listed, ...Object.keys(edited)]).size + 1);
        },
      ),
    );
  });
});

describe('a version', () => {
  it.each([
    ['0.16.0', '', 'v0.16.0', undefined],
    ['0.16.0+cu130', '', 'v0.16.0', undefined],
    ['0.20.1rc2', '', 'v0.20.1rc2', undefined],
    ['0.8.5.post1', '', 'v0.8.5.post1', undefined],
    ['0.1.dev20000+g017e9f444.cu130', '', '017e9f444', '017e9f444'],
    ['0.16.0rc2.dev236+g3b30e6150.d20260216', '', '3b30e6150', '3b30e6150'],
    ['0.16.0', "__commit_id__ = commit_id = 'g89a77b108'\n", 'v0.16.0', '89a77b108'],
    ['0.16.0', '__commit_id__ = commit_id = None\n', 'v0.16.0', undefined],
    ['0.1.dev3', '', '0.1.dev3', undefined],
  ])('%s %j is %s', (version, file, revision, commit) => {
    expect(readVersion(version, file)).toEqual({ version, revision, commit });
  });
});
