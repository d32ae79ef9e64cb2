import { describe, expect, it } from 'vitest';
import { Evaluations } from '../../src/evaluate/evaluations.js';
import { BUILD } from '../support/memory.js';

const FILES = {
  'CMakeLists.txt': 'include(cmake/a.cmake)\nif(EXISTS cmake/extra)\n  set(EXTRA on)\nendif()\n',
  'cmake/a.cmake': 'set(A 1)\n',
  'cmake/other.cmake': 'set(B 1)\n',
};
const filesOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => ({ path, text }));

describe('Evaluations', () => {
  it.each([
    ['the same files', FILES, BUILD, true],
    ['another text of a file that is not read', { ...FILES, 'cmake/other.cmake': 'set(B 2)\n' }, BUILD, true],
    ['one more file that is not looked for', { ...FILES, 'cmake/new.cmake': '' }, BUILD, true],
    ['another text of a file that is read', { ...FILES, 'cmake/a.cmake': 'set(A 2)\n' }, BUILD, false],
    ['a folder that is looked for', { ...FILES, 'cmake/extra/x.cmake': '' }, BUILD, false],
    ['a file where one is looked for', { ...FILES, 'cmake/extra': '' }, BUILD, false],
    ['another arch', FILES, { ...BUILD, arch: '12.0f' }, false],
  ])('with %s', async (_, files, build, same) => {
    const evaluations = new Evaluations();
    const first = await evaluations.evaluate(filesOf(FILES), BUILD);
    const second = await evaluations.evaluate(filesOf(files), build);
    expect(second === first).toBe(same);
    expect(second).toEqual(await new Evaluations().evaluate(filesOf(files), build));
    expect(await evaluations.evaluate(filesOf(FILES), BUILD)).toBe(first);
  });

  it('keeps those of the last few revisions, and no more', async () => {
    const evaluations = new Evaluations();
    const version = (index: number) => filesOf({ ...FILES, 'cmake/a.cmake': `set(A ${index})\n` });
    const first = await evaluations.evaluate(version(0), BUILD);
    for (let index = 1; index < 20; index += 1) await evaluations.evaluate(version(index), BUILD);
    const again = await evaluations.evaluate(version(0), BUILD);
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });
});
