import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAMILIES, skeletonOf } from '../../../src/author/kit/skeleton.js';
import { registered } from '../../../src/author/kit/write-fix.js';
import { cli } from '../../support/cli.js';
import { ROOT } from '../../support/sources.js';
import { tempFolder } from '../../support/temp.js';

const KINDS = [
  ['statement', 'vllm/v1/sizes.py'],
  ['argument', 'vllm/v1/sizes.py'],
  ['gate', 'vllm/v1/sizes.py'],
  ['statement', 'csrc/sizes.cu'],
  ['arch', 'CMakeLists.txt'],
] as const;

describe('fix new', () => {
  it.each(KINDS)('writes a fix of the family %s for %s that passes its cases', async (family, file) => {
    const dir = tempFolder();
    const made = await cli(
      'fix',
      'new',
      'vllm/sizes',
      '--family',
      family,
      '--file',
      file,
      '--id',
      'acme/vllm-sizes',
      '--fixes',
      dir,
    );
    expect(made).toMatchObject({ code: 0, err: '' });
    const tested = await cli('fix', 'test', 'acme/vllm-sizes', '--fixes', dir);
    expect(tested).toEqual({
      code: 0,
      err: '',
      out: 'acme/vllm-sizes\n  ok   drifted: drifted\n  ok   elsewhere: not-applicable\n  ok   needed: needed\n  ok   right: upstreamed\n',
    });
    const needed = readFileSync(join(dir, 'vllm/sizes/cases/needed.case'), 'utf8');
    expect(needed).toMatch(/-- expected\.diff --\n[\s\S]*^\+.*dgx-patch: acme\/vllm-sizes$/m);
  });

  it('has a skeleton for every family but the patch, which needs none', () => {
    expect(new Set([...KINDS.map(([family]) => family), 'patch'])).toEqual(new Set(FAMILIES));
  });

  it.each([
    ['a project that is none', ['fix', 'new', 'torch/x']],
    ['a name that is none', ['fix', 'new', 'vllm/My_Fix']],
    ['a patch', ['fix', 'new', 'vllm/x', '--family', 'patch']],
    ['a family that the language has not', ['fix', 'new', 'vllm/x', '--family', 'gate', '--file', 'a.cu']],
    ['an id in a project’s name space', ['fix', 'new', 'vllm/x', '--id', 'vllm/x']],
    ['a title that would break the source', ['fix', 'new', 'vllm/x', '--title', "it's */"]],
  ])('refuses %s, says what to do, and writes nothing', async (_name, args) => {
    const dir = join(tempFolder(), 'fixes');
    const { code, err } = await cli(...args, '--fixes', dir);
    expect([code, existsSync(dir)]).toEqual([2, false]);
    expect(err).not.toContain('bug');
  });

  it('does not write over a fix', async () => {
    const dir = tempFolder();
    const args = ['fix', 'new', 'vllm/x', '--fixes', dir];
    expect((await cli(...args)).code).toBe(0);
    expect((await cli(...args)).err).toMatch(/is there already/);
  });

  it('registers in order, and adds nothing but its two lines', () => {
    const before = readFileSync(join(ROOT, 'codemods/registry.ts'), 'utf8');
    const after = registered(before, 'vllm/my-new-fix');
    const added = after.split('\n').filter((line) => !before.split('\n').includes(line));
    expect(added).toEqual(["import vllmMyNewFix from './vllm/my-new-fix/codemod.js';", '  vllmMyNewFix,']);
    expect(after.split('\n')).toHaveLength(before.split('\n').length + 2);
    const imports = after.split('\n').filter((line) => /from '\.\/vllm/.test(line));
    const paths = imports.map((line) => /'(.*)'/.exec(line)![1]!);
    expect(paths).toEqual([...paths].sort());
    expect(() => registered('nothing', 'vllm/x')).toThrow(/not the list of fixes/);
  });

  it('escapes what a path has that a pattern reads', () => {
    const { code } = skeletonOf({
      id: 'a/b',
      project: 'vllm',
      title: 'A title',
      family: 'statement',
      file: 'a+b/(c).py',
      house: false,
    });
    expect(code).toContain(String.raw`const PATHS = /^a\+b\/\(c\)\.py$/;`);
  });
});

describe('fix test', () => {
  it('says what is not as a case says, and what cases to add', async () => {
    const dir = tempFolder();
    await cli('fix', 'new', 'vllm/sizes', '--id', 'acme/vllm-sizes', '--fixes', dir);
    const cases = join(dir, 'vllm/sizes/cases');
    const right = join(cases, 'right.case');
    writeFileSync(
      right,
      readFileSync(right, 'utf8').replace('"upstreamed"', '"drifted"').replace('"sites": 1', '"sites": 2'),
    );
    const needed = join(cases, 'needed.case');
    writeFileSync(needed, readFileSync(needed, 'utf8').replace('min(size, 32)  #', 'min(size, 16)  #'));
    const { code, out } = await cli('fix', 'test', '--fixes', dir);
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL needed: needed\n +the diff is another one; where it is right: --update/);
    expect(out).toMatch(
      /FAIL right: upstreamed\n +the verdict is upstreamed, not drifted: .*\n +1 sites, not 2: /,
    );
    expect(out).toMatch(/add {2}upstreamed: a tree in which upstream has it right/);
    await cli('fix', 'test', '--fixes', dir, '--update');
    expect((await cli('fix', 'test', '--fixes', dir)).out).toMatch(/ok {3}needed/);
  });

  it('finds an edit that is not kept, and line ends that are not the file’s', async () => {
    const dir = tempFolder();
    const place = join(dir, 'vllm/bad');
    mkdirSync(join(place, 'cases'), { recursive: true });
    writeFileSync(
      join(place, 'codemod.ts'),
      `export default (dgx: any) => dgx.defineCodemod({
        id: 'acme/bad', project: 'vllm', title: 'Bad', why: 'a test', references: [], retire: 'never',
        async judge({ tree }: any) {
          const text = (await tree.read('a.py'))?.text ?? '';
          return { sites: [{ file: { path: 'a.py', text }, offset: 0, state: text.includes('two') ? 'ours' : 'wrong', what: 'a' }], reason: { wrong: 'a', right: 'b' } };
        },
        rewrite: () => [{ path: 'a.py', start: 0, end: 0, text: 'one\\ntwo\\n' }],
      });`,
    );
    writeFileSync(
      join(place, 'cases/needed.case'),
      '{ "shows": "it", "verdict": "needed", "sites": 1 }\n-- a.py --\nx\n',
    );
    await cli('fix', 'test', '--fixes', dir, '--update');
    const { code, out } = await cli('fix', 'test', '--fixes', dir);
    expect(code).toBe(1);
    expect(out).toContain('it inserts lines without CR into a file with CR LF');
  });

  it('names the fixes that there are', async () => {
    const { code, err } = await cli('fix', 'test', 'acme/nowhere');
    expect(code).toBe(2);
    expect(err).toContain('there is no fix "acme/nowhere" with cases here');
  });
});
