import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsCase, formatCase, parseCase } from '../../src/author/case-file.js';

describe('a case in one file', () => {
  it('holds a description and files', () => {
    const { head, files } = parseCase(
      '{"shows": "a"}\n-- a/b.cu --\nx\n-- c.py (no newline) --\ny\n-- d (gone) --\n',
    );
    expect(JSON.parse(head)).toEqual({ shows: 'a' });
    expect([...files]).toEqual([
      ['a/b.cu', 'x\n'],
      ['c.py', 'y'],
      ['d', null],
    ]);
  });

  it('says which file stands there twice', () => {
    expect(() => parseCase('{}\n-- a --\n-- a --\n')).toThrow('a stands in the case twice');
  });

  it('comes back as it was written, whatever fits', () => {
    const line = fc.stringMatching(/^[ -~\x80-\xff]{0,12}$/);
    const text = fc
      .tuple(fc.array(line, { maxLength: 5 }), fc.boolean())
      .map(([lines, newline]) => lines.join('\n') + (newline && lines.length > 0 ? '\n' : ''))
      .filter(fitsCase);
    const path = fc.stringMatching(/^[a-z]{1,8}(\/[a-z.]{1,8})?$/);
    const files = fc.uniqueArray(fc.tuple(path, fc.option(text)), {
      selector: ([name]) => name,
      maxLength: 4,
    });
    fc.assert(
      fc.property(files, (entries) => {
        const written = { head: '{\n  "shows": "x"\n}', files: new Map(entries) };
        expect(parseCase(formatCase(written))).toEqual(written);
      }),
    );
  });
});
