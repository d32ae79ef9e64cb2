import { afterAll, describe, expect, it } from 'vitest';
import { NotUnderstood, PythonRun } from '../../../src/evaluate/python/run.js';
import { Documents } from '../../../src/syntax/parser.js';
import { descendants, field } from '../../../src/syntax/query.js';

const documents = new Documents();
afterAll(() => documents.dispose());

describe('a run of plain statements', () => {
  const prepared = async (lines: readonly string[], strict = false) => {
    const text = `def f():\n${lines.map((line) => `    ${line}\n`).join('')}`;
    const { root } = await documents.parse({ path: 'f.py', text }, 'python');
    const run = new PythonRun(text, () => undefined, new Map([['known', 1]]), strict);
    return { run, body: field(descendants(root, 'function_definition')[0], 'body') };
  };

  it.each([
    ['the last assignment', ['x = 1', 'x = 2'], 2],
    ['a branch that is taken', ['x = 1', 'if known:', '    x = 2'], 2],
    ['a branch that is not', ['x = 1', 'if not known:', '    x = 2'], 1],
    [
      'elif and else',
      ['if not known:', '    x = 1', 'elif known == 2:', '    x = 2', 'else:', '    x = 3'],
      3,
    ],
    ['a conditional expression', ['x = 4 if known else 5'], 4],
    ['a tuple taken apart', ['y, x = (1, 2)'], 2],
    ['an attribute, and the largest', ['self.n = 4', 'x = max(1, min(self.n, 2))'], 2],
    ['more and more', ['x = 1', 'x += 2'], 3],
    ['a list taken apart by a call', ['y, x = other()'], undefined],
    ['an unread branch about it', ['x = 1', 'if other():', '    x = 2'], undefined],
    ['an unread branch about something else', ['x = 1', 'if other():', '    y = 2'], 1],
    ['a loop that assigns it', ['x = 1', 'for i in r:', '    x = 2'], undefined],
    ['a value that is not known', ['x = other()'], undefined],
  ])('%s', async (_title, lines, expected) => {
    const { run, body } = await prepared(lines);
    run.run(body);
    expect(run.names.get('x')).toBe(expected);
  });

  it.each([
    ['a return', ['return known + 1'], 2],
    ['the first return', ['if known:', '    return "a"', 'return "b"'], 'a'],
    ['no return', ['x = 1'], null],
    ['a decorated helper', ['@cached', 'def g():', '    return 2', 'return known'], 1],
    ['a return that is not known', ['return other()'], undefined],
    ['a return behind an unread branch with one', ['if other():', '    return 1', 'return 1'], undefined],
    ['an exception', ['raise ValueError()'], undefined],
  ])('%s gives what the function gives', async (_title, lines, expected) => {
    const { run, body } = await prepared(lines);
    expect(run.result(body)).toBe(expected);
  });

  it('stops, if it is strict, at the first thing that it does not know', async () => {
    const { run, body } = await prepared(['x = 1', 'y = x + other()'], true);
    expect(() => run.run(body)).toThrow(new NotUnderstood('other()'));
  });
});
