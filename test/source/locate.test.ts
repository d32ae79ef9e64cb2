import { describe, expect, it } from 'vitest';
import type { JudgeContext } from '../../src/codemod/types.js';
import { locate, readAll, search } from '../../src/source/locate.js';
import { BUILD, MemoryTree } from '../support/memory.js';

const contextOf = (files: Record<string, string>): JudgeContext => ({
  tree: new MemoryTree(files),
  build: BUILD,
  options: {},
  parse: () => Promise.reject(new Error('not asked for')),
  evaluateCMake: () => Promise.reject(new Error('not asked for')),
});

const paths = (files: readonly { path: string }[]): string[] => files.map(({ path }) => path);
const role = { known: ['new/a.h', 'old/a.h'], search: /(?:^|\/)a\.h$/, holds: /the thing/ };

describe('locate', () => {
  it('takes known paths that hold the thing, and does not search then', async () => {
    const context = contextOf({
      'old/a.h': 'the thing',
      'moved/a.h': 'the thing',
      'new/a.h': 'something else',
    });
    expect(paths(await locate(context, role))).toEqual(['old/a.h']);
  });

  it('searches by name and content where the file moved', async () => {
    const context = contextOf({ 'moved/a.h': 'the thing', 'other/a.h': 'nothing', 'moved/b.h': 'the thing' });
    expect(paths(await locate(context, role))).toEqual(['moved/a.h']);
    const { search: _search, ...fixed } = role;
    expect(await locate(context, fixed)).toEqual([]);
  });

  it('looks through all source of the language where the name changed as well', async () => {
    const files = {
      'csrc/other/renamed.cuh': 'void the_only_converter() {}',
      'tests/renamed.cuh': 'the_only_converter',
      'csrc/other/notes.py': 'the_only_converter',
    };
    const found = await search(contextOf(files), /^csrc\/converter\.h$/, /\bthe_only_converter\b/);
    expect(paths(found)).toEqual(['csrc/other/renamed.cuh']);
    // What could be anywhere tells no file.
    expect(await search(contextOf(files), /^csrc\/converter\.h$/, /void/)).toEqual([]);
  });

  it('takes a definition for telling, and a byte order mark for no part of the first line', async () => {
    const context = contextOf({ 'jit/moved.py': '\xef\xbb\xbfdef run_it():\n    pass\n' });
    expect(paths(await search(context, /^jit\/run\.py$/, /^def run_it\b/m))).toEqual(['jit/moved.py']);
  });

  it('follows a file that was split to its parts', async () => {
    const files = {
      'jit/gemm.py': 'from .gemm_core import the_thing\nfrom .other import the_thing\n',
      'jit/gemm_core.py': 'def the_thing(): pass\n',
      'jit/other.py': 'the_thing = 1\n',
      'csrc/a.h': '#include "a_inline.h"\nthe thing\n',
      'csrc/a_inline.h': 'the thing\n',
    };
    const found = await search(contextOf(files), /gemm\.py$/, /the_thing/);
    expect(paths(found)).toEqual(['jit/gemm.py', 'jit/gemm_core.py']);
    expect(paths(await locate(contextOf(files), { known: ['csrc/a.h'], holds: /the thing/ }))).toEqual([
      'csrc/a.h',
      'csrc/a_inline.h',
    ]);
  });

  it('gives every file that plays the role', async () => {
    const context = contextOf({ 'x/a.h': 'the thing', 'y/a.h': 'the thing' });
    expect(paths(await locate(context, role))).toEqual(['x/a.h', 'y/a.h']);
  });
});

describe('search and readAll', () => {
  it('need path and content to match, and skip what is not there', async () => {
    const context = contextOf({ 'a.cu': 'x', 'b.cu': 'y', 'c.py': 'x' });
    expect(paths(await search(context, /\.cu$/, /x/))).toEqual(['a.cu']);
    expect(paths(await readAll(context, ['none', 'c.py']))).toEqual(['c.py']);
  });
});
