import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CONTENTS, Packed } from '../../src/packed.js';
import { tempFolder } from '../support/temp.js';

const FILES: Record<string, string> = {
  'recipes/a.json': '{}',
  'recipes/b.json': '[]',
  'recipes-of-others/c.json': 'c',
  'grammars/mini.wasm': '\0asm',
};

/** What an executable holds. */
function packed(files = FILES, digest = 'd'.repeat(64)): Packed {
  const all: Record<string, string> = {
    ...files,
    [CONTENTS]: JSON.stringify({ digest, names: Object.keys(files) }),
  };
  return new Packed({
    getAsset: (name) => {
      if (!(name in all)) throw new Error(`no asset ${name}`);
      return new Uint8Array(Buffer.from(all[name]!)).buffer;
    },
  });
}

let cache: string;
beforeEach(() => {
  cache = tempFolder();
  vi.stubEnv('XDG_CACHE_HOME', cache);
});

describe('assets inside one executable', () => {
  it('gives bytes without a disk', () => {
    expect(packed().bytes('grammars/mini.wasm').toString()).toBe('\0asm');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('knows files and folders by their whole names', () => {
    expect(
      ['recipes', 'recipes/a.json', 'recipe', 'recipes/c.json', ''].map((name) => packed().has(name)),
    ).toEqual([true, true, false, false, false]);
  });

  it('unpacks a folder, and nothing of another', () => {
    const folder = packed().path('recipes');
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'b.json']);
    expect(readFileSync(join(folder, 'b.json'), 'utf8')).toBe('[]');
    expect(readdirSync(dirname(folder))).toEqual(['recipes']);
  });

  it('mends a file that was changed, and leaves one that is right', () => {
    const file = packed().path('recipes/a.json');
    writeFileSync(file, 'changed');
    const before = statSync(packed().path('recipes/b.json')).ino;
    expect(readFileSync(packed().path('recipes/a.json'), 'utf8')).toBe('{}');
    expect(statSync(packed().path('recipes/b.json')).ino).toBe(before);
  });

  it('keeps releases apart', () => {
    expect(packed().path('recipes')).not.toBe(packed(FILES, 'e'.repeat(64)).path('recipes'));
  });

  it('says what to do where the cache is a file', () => {
    writeFileSync(join(cache, 'dgx-patch'), '');
    expect(() => packed().path('recipes')).toThrow(
      expect.objectContaining({ next: expect.stringContaining('XDG_CACHE_HOME') }),
    );
  });
});
