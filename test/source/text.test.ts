import { describe, expect, it } from 'vitest';
import { hasContent } from '../../src/source/content.js';
import {
  blankBom,
  indentAt,
  joinLines,
  lineEnd,
  lineNumber,
  lineStart,
  newlineOf,
  nextLine,
  toBytes,
} from '../../src/source/text.js';

describe('lines of a byte text', () => {
  const text = '\nab\r\n\tcd\n\n  ef';

  it.each([
    // offset, start, end, next, number
    [0, 0, 0, 1, 1],
    [1, 1, 3, 5, 2],
    [3, 1, 3, 5, 2],
    [4, 1, 3, 5, 2],
    [5, 5, 8, 9, 3],
    [8, 5, 8, 9, 3],
    [9, 9, 9, 10, 4],
    [10, 10, 14, 14, 5],
    [14, 10, 14, 14, 5],
  ])('offset %i', (offset, start, end, next, number) => {
    expect({
      start: lineStart(text, offset),
      end: lineEnd(text, offset),
      next: nextLine(text, offset),
      number: lineNumber(text, offset),
    }).toEqual({ start, end, next, number });
  });

  it('finds the indentation of a line from any of its bytes', () => {
    expect(indentAt(text, 7)).toBe('\t');
    expect(indentAt(text, 13)).toBe('  ');
    expect(indentAt(text, 9)).toBe('');
    expect(indentAt(text, 0)).toBe('');
  });
});

describe('a byte order mark', () => {
  const text = '\xef\xbb\xbf  ab\ncd';

  it('is no part of its line, and no content', () => {
    expect([lineStart(text, 5), lineStart(text, 3), lineStart(text, 9)]).toEqual([3, 3, 8]);
    expect(indentAt(text, 6)).toBe('  ');
    expect(hasContent(text, /^ {2}ab$/m)).toBe(true);
    expect(blankBom(text)).toHaveLength(text.length);
    expect(blankBom('ab')).toBe('ab');
  });
});

describe('newlineOf', () => {
  it.each([
    ['a\r\nb\n', '\r\n'],
    ['a\nb\r\n', '\n'],
    ['\r\n', '\r\n'],
    ['\nb\r\n', '\n'],
    ['no line end', '\n'],
    ['', '\n'],
  ])('of %j is %j', (text, newline) => {
    expect(newlineOf(text)).toBe(newline);
    expect(joinLines(['1', '2'], text)).toBe(`1${newline}2`);
  });
});

describe('toBytes', () => {
  it('has one character a byte', () => {
    expect(toBytes('é中🚀')).toBe('\xc3\xa9\xe4\xb8\xad\xf0\x9f\x9a\x80');
  });
});
