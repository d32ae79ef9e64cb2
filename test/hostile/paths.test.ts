import { cpSync } from 'node:fs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { faultOfPath } from '../../src/source/path.js';
import { gitIn } from '../support/git.js';
import { expectHarmless, Forge, judgedBy, World } from './world.js';

const world = new World();
const mirror = world.place('mirror');
let forge: Forge;

beforeAll(() => {
  cpSync(inject('miniRepository').dir, mirror, { recursive: true });
  forge = new Forge(mirror);
});

const utf8 = (name: string): string => Buffer.from(name, 'utf8').toString('latin1');
const UP = Array.from({ length: 16 }, () => '..');
const marks = world.marks.slice(1).split('/');

/** Names of the entries on the way, and what lies there. */
const TREES: readonly (readonly [string, readonly string[], string?])[] = [
  ['goes up out of the CMake', ['cmake', ...UP, ...marks, 'a.cmake']],
  ['goes up out of the sources', ['csrc', ...UP, ...marks, 'b.cuh']],
  ['goes up at once', [...UP, ...marks, 'c.py']],
  ['goes up in one name', ['cmake', `${'../'.repeat(16)}${marks.join('/')}/d.cmake`]],
  ['is absolute', [`${world.marks}/e.cmake`]],
  ['has a drive', ['C:evil.cmake']],
  ['goes on the spot', ['cmake', '.', 'f.cmake']],
  ['has an empty name', ['cmake', '', 'g.cmake']],
  ['is a hook', ['.git', 'hooks', 'post-checkout'], '100755'],
  ['is git’s configuration in capitals', ['.GIT', 'config']],
  ['is git’s folder in mixed letters', ['csrc', '.Git', 'config']],
  ['is git’s folder in NTFS’s short spelling', ['git~1', 'config']],
  ['is git’s folder with a blank', ['.git ', 'config']],
  ['is git’s folder with dots', ['.git...', 'config']],
  ['is a stream of git’s folder', ['.git::$INDEX_ALLOCATION', 'config']],
  ['is git’s folder with what HFS+ ignores', [utf8('.g\u200cit'), 'config']],
  ['has backslashes', ['cmake', '..\\..\\evil.cmake']],
  ['has a newline', ['cmake', 'a\n::error::b.cmake']],
  ['has an escape sequence', ['cmake', '\x1b]0;evil\x07.cmake']],
  ['has a control character of C1', ['cmake', utf8('\u009b31m.cmake')]],
  ['has the delete character', ['cmake', '\x7f.cmake']],
  ['is no UTF-8', ['cmake', '\xff\xfe.cmake']],
  ['is a link that goes up', ['csrc', '..', 'link'], '120000'],
  ['is a submodule that goes up', ['csrc', '..', 'module'], '160000'],
];

describe('a tree with an entry that', () => {
  it.each(TREES.map(([what, parts, mode = '100644']) => ({ what, parts, mode })))(
    '$what is refused by every command, by name',
    async ({ parts, mode }) => {
      const base = gitIn(mirror, 'rev-parse', 'mini^{tree}');
      const oid = mode === '160000' ? gitIn(mirror, 'rev-parse', 'mini') : forge.blob(world.marks);
      const commit = forge.commitTree(forge.graft(base, parts, mode, oid));
      for (const [command, ran] of await judgedBy(world, mirror, commit, 'vllm/cuda-arch-lists')) {
        expectHarmless(world, ran, [3]);
        expect(ran.out, command).toBe('');
        expect(ran.err).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
        if (parts.includes('')) expect(ran.err).toMatch(/empty/);
        else expect(ran.err).toMatch(/has an entry ".*": (?:the part|git’s|an? |bytes)/);
      }
    },
  );
});

describe('a path', () => {
  it('of upstream’s kinds is fine', () => {
    for (const path of [
      'CMakeLists.txt',
      'a/E=512,N=512,device_name=NVIDIA_GB10,dtype=fp8_w8a8.json',
      '.github/workflows/x.yml',
      '.gitignore',
      '.gitmodules',
      'a..b/c...d',
      'größe/中文.cu',
      'a b/c(d).py',
    ])
      expect([path, faultOfPath(path)]).toEqual([path, undefined]);
  });
});
