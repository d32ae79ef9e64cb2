import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canMarkAbove,
  inlineMark,
  isOurs,
  mark,
  markAbove,
  markBehind,
  withMarks,
} from '../../src/codemod/marks.js';
import { applyEdits, insertLines, insertLinesAfter, replace } from '../../src/source/edits.js';

const ID = 'vllm/a-fix';
const python = { path: 'a.py', text: 'def f():\r\n    x = 1  # one\r\n    return x' };
const cuda = { path: 'a.cu', text: '#define A \\\n  1\nint x;\n' };
const rangeOf = ({ text }: { text: string }, part: string) => ({
  startIndex: text.indexOf(part),
  endIndex: text.indexOf(part) + part.length,
});

describe('the three forms of a mark', () => {
  it('above a line: at its indentation, with the file’s own line end', () => {
    const edited = applyEdits(python.text, [markAbove(python, python.text.indexOf('x ='), ID)]);
    expect(edited).toBe('def f():\r\n    # dgx-patch: vllm/a-fix\r\n    x = 1  # one\r\n    return x');
  });

  it('behind a line: after all that stands there', () => {
    expect(applyEdits(cuda.text, [markBehind(cuda, cuda.text.indexOf('int'), ID)])).toContain(
      'int x;  // dgx-patch: vllm/a-fix\n',
    );
    expect(applyEdits(python.text, [markBehind(python, python.text.indexOf('x ='), ID)])).toContain(
      'x = 1  # one  # dgx-patch: vllm/a-fix\r\n',
    );
  });

  it('inline', () => {
    expect(inlineMark(ID)).toBe(' /* dgx-patch: vllm/a-fix */');
  });

  it('is not put into a macro', () => {
    expect(canMarkAbove(cuda, cuda.text.indexOf('1'))).toBe(false);
    expect(canMarkAbove(cuda, cuda.text.indexOf('int'))).toBe(true);
  });
});

describe('isOurs', () => {
  it('finds what each form wrote, and no other fix’s mark', () => {
    const at = rangeOf(cuda, 'int x');
    const [start] = [at.startIndex];
    for (const edit of [markAbove(cuda, start, ID), markBehind(cuda, start, ID)]) {
      const marked = { ...cuda, text: applyEdits(cuda.text, [edit]) };
      expect(isOurs(marked, ID, rangeOf(marked, 'int x'))).toBe(true);
      expect(isOurs(marked, 'vllm/another', rangeOf(marked, 'int x'))).toBe(false);
      expect(isOurs(marked, ID, rangeOf(marked, '#define A'))).toBe(false);
      expect(isOurs(marked, ID)).toBe(true);
    }
    expect(isOurs(cuda, ID)).toBe(false);
  });
});

describe('withMarks', () => {
  it('puts a mark before the edit that begins at its place, and no mark twice', () => {
    const start = cuda.text.indexOf('int');
    const edit = replace(cuda, { startIndex: start, endIndex: start + 3 }, 'long');
    const above = markAbove(cuda, start, ID);
    const all = withMarks([edit], [above, above]);
    expect(applyEdits(cuda.text, all)).toBe(`#define A \\\n  1\n// ${mark(ID)}\nlong x;\n`);
  });
});

describe('inserted lines', () => {
  it('stand before a line, or behind a range whose file may end without a newline', () => {
    expect(applyEdits(python.text, [insertLines(python, python.text.indexOf('x ='), ['a', '', 'b'])])).toBe(
      'def f():\r\n    a\r\n\r\n    b\r\n    x = 1  # one\r\n    return x',
    );
    expect(applyEdits(python.text, [insertLinesAfter(python, rangeOf(python, 'return x'), ['a'])])).toBe(
      'def f():\r\n    x = 1  # one\r\n    return x\r\n    a\r\n',
    );
  });

  it('leave every byte that was there', () => {
    const line = fc.stringMatching(/^[ \t]{0,4}[a-z]{1,5}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.nat(), fc.boolean(), (lines, place, after) => {
        const file = { path: 'a.py', text: lines.join('\n') };
        const offset = place % (file.text.length + 1);
        const range = { startIndex: offset, endIndex: offset };
        const edit = after ? insertLinesAfter(file, range, ['#1']) : insertLines(file, offset, ['#1']);
        const edited = applyEdits(file.text, [edit]).split('\n');
        const kept = edited.filter((each) => !each.endsWith('#1'));
        expect(kept.join('\n').replace(/\n$/, '')).toBe(file.text);
        expect(edited.length - kept.length).toBe(1);
      }),
    );
  });
});
