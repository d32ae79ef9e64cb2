import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { cli } from '../support/cli.js';
import { gitIn } from '../support/git.js';
import { ALL, expectHarmless, Forge, judgedBy, World, write } from './world.js';

const world = new World();
const mirror = world.place('mirror');
let forge: Forge;

beforeAll(() => {
  process.env.DGX_SECRET = 'a secret of the caller';
  cpSync(inject('miniRepository').dir, mirror, { recursive: true });
  forge = new Forge(mirror);
});

const cmake = (...lines: readonly string[]): string =>
  `${lines.join('\n')}\n${gitIn(mirror, 'show', 'mini:CMakeLists.txt')}\n`;
const header = (text: string): string =>
  `${gitIn(mirror, 'show', 'mini:csrc/quantization/fp4/nvfp4_utils.cuh')}\n${text}`;

/** A CMake variable's value. */
const ref = (name: string): string => `\${${name}}`;
const touch = (name: string): string => world.touch(name);
const mark = (name: string): string => join(world.marks, name);

const CMAKE: Readonly<Record<string, () => string>> = {
  'runs a program by the builtin’s hidden name': () => cmake(`_execute_process(COMMAND ${touch('a')})`),
  'runs a program': () => cmake(`execute_process(COMMAND ${touch('b')})`),
  'runs one through cmake_language': () =>
    cmake(`cmake_language(CALL _execute_process COMMAND ${touch('c')})`),
  'runs one through evaluated code': () =>
    cmake(`cmake_language(EVAL CODE "execute_process(COMMAND ${touch('d')})")`),
  'runs one the old way': () => cmake(`exec_program(touch ARGS ${mark('e')})`, `_exec_program(touch ARGS x)`),
  'writes a file': () => cmake(`file(WRITE ${mark('f')} x)`, `_file(WRITE ${mark('f2')} x)`),
  'copies a file': () =>
    cmake(
      `configure_file(/etc/passwd ${mark('g')} COPYONLY)`,
      `_configure_file(/etc/passwd ${mark('g2')} COPYONLY)`,
    ),
  'reads a file and the environment': () =>
    cmake('file(READ /etc/hostname NAME)', `message(FATAL_ERROR "secret: ${ref('NAME')} $ENV{DGX_SECRET}")`),
  'includes a file of the machine': () => cmake(`include(${mark('h')}.cmake)`, 'include(/etc/passwd)'),
  'compiles and runs': () => cmake('try_run(R C /tmp /tmp/x.c)', 'try_compile(C /tmp /tmp/x.c)'),
  fetches: () =>
    cmake(
      'include(FetchContent)',
      'FetchContent_Declare(x GIT_REPOSITORY /x)',
      'FetchContent_MakeAvailable(x)',
    ),
};

/** Given up, and each time after some work. */
const ENDLESS: Readonly<Record<string, () => string>> = {
  'never ends': () => cmake('while(TRUE)', 'endwhile()'),
  'calls itself': () => cmake('function(f)', '  f()', 'endfunction()', 'f()'),
  'makes a list that doubles': () =>
    cmake('set(L a)', 'foreach(i RANGE 40)', `  list(APPEND L ${ref('L')})`, 'endforeach()'),
  'makes a text that doubles': () =>
    cmake('set(T aaaaaaaaaa)', 'foreach(i RANGE 60)', `  set(T "${ref('T')}${ref('T')}")`, 'endforeach()'),
  'has a pattern that backtracks': () =>
    cmake(`string(REGEX MATCH "(a*)*(a*)*(a*)*b" R "${'a'.repeat(3000)}")`),
  'is made of parentheses': () => cmake(`if(${'('.repeat(50_000)}${')'.repeat(50_000)})`, 'endif()'),
};

describe('a CMakeLists.txt that', () => {
  it.each(Object.entries(CMAKE))('%s does nothing to the machine', async (_, make) => {
    const commit = forge.commit({ 'CMakeLists.txt': make() });
    for (const [, ran] of await judgedBy(world, mirror, commit, 'vllm/cuda-arch-lists')) {
      expectHarmless(world, ran, [0, 1, 3, 4]);
      expect(ran.out + ran.err).not.toContain(process.env.DGX_SECRET);
    }
  });
});

describe('a CMakeLists.txt that', () => {
  it.each(Object.entries(ENDLESS))('%s is given up, with no verdict', async (_, make) => {
    const commit = forge.commit({ 'CMakeLists.txt': make() });
    const all = await judgedBy(world, mirror, commit, 'vllm/cuda-arch-lists', ['status', 'apply']);
    for (const [, ran] of all) expectHarmless(world, ran, [1, 3]);
    expect(all.get('status')!.out).toMatch(/too large to judge|could not be evaluated/);
  });
});

const HEADERS: Readonly<Record<string, () => string>> = {
  'nests conditions': () => header('#if 1\n'.repeat(100_000) + '#endif\n'.repeat(100_000)),
  'has a bomb of macros': () =>
    header(
      `${Array.from({ length: 59 }, (_, n) => `#define A${n + 1} A${n} A${n} A${n} A${n}\n`).join('')}#if A59\n#endif\n`,
    ),
  'negates for ever': () => header(`#if ${'!'.repeat(200_000)}1\n#endif\n`),
  'is one long comment': () => header(`// ${'x'.repeat(5 << 20)}\n`),
  'is one long line of blanks': () => header(' '.repeat(1 << 20)),
  'opens and never closes': () => header('({['.repeat(50_000)),
  'is full of templates': () => header('a<'.repeat(50_000)),
};

describe('a header that', () => {
  it.each(Object.entries(HEADERS))(
    '%s is answered, and with no verdict where it is too much',
    async (_, make) => {
      const path = 'csrc/quantization/fp4/nvfp4_utils.cuh';
      const commit = forge.commit({ [path]: make() });
      const target = ['--target', `vllm@${commit}`, '--mirror', `vllm=${mirror}`];
      const ran = await cli('status', ...target, '--only', 'vllm/software-e2m1,vllm/mtp-exclusion', '--json');
      expectHarmless(world, ran, [0, 1, 3]);
      const fixes = JSON.parse(ran.out).fixes as { id: string; verdict: string; reason: string }[];
      // That fix alone.
      expect(fixes.find(({ id }) => id === 'vllm/mtp-exclusion')).toMatchObject({ verdict: 'needed' });
      const own = fixes.find(({ id }) => id === 'vllm/software-e2m1')!;
      expect(own.reason).not.toMatch(/RangeError|call stack/);
      expect(ran.code).toBe(own.verdict === 'unjudged' ? 3 : own.verdict === 'drifted' ? 1 : 0);
      const applied = await cli(
        'apply',
        ...target,
        '--only',
        'vllm/software-e2m1',
        '--out',
        world.place('out'),
      );
      expectHarmless(world, applied, [0, 1, 3]);
    },
  );
});

describe('a link in the place of', () => {
  it.each([
    ['a source', 'csrc/quantization/fp4/nvfp4_utils.cuh'],
    ['the CMake', 'CMakeLists.txt'],
    ['a folder', 'csrc'],
    ['a Python file', 'vllm/model_executor/models/qwen3_next_mtp.py'],
  ])('%s is not followed', async (_, path) => {
    const base = gitIn(mirror, 'rev-parse', 'mini^{tree}');
    const tree = forge.graft(base, path.split('/'), '120000', forge.blob(join(world.marks, 'linked')));
    const commit = forge.commitTree(tree);
    for (const [, ran] of await judgedBy(world, mirror, commit, 'vllm/software-e2m1,vllm/mtp-exclusion')) {
      expectHarmless(world, ran, [0, 1]);
      expect(existsSync(join(world.marks, 'linked'))).toBe(false);
    }
  });
});

describe('words of upstream', () => {
  const WORDS = '@octocat https://evil.example [x](y) <img src=x> \x1b]0;t\x07\x1b[2J ::add-mask::x';

  it('in an error of its CMake show, and do not act', async () => {
    const commit = forge.commit({ 'CMakeLists.txt': cmake(`message(FATAL_ERROR [==[${WORDS}]==])`) });
    const all = await judgedBy(world, mirror, commit, 'vllm/cuda-arch-lists', [...ALL, 'status md']);
    for (const [command, ran] of all) {
      expectHarmless(world, ran, [0, 1, 3, 4]);
      expect(ran.out, command).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
      expect(ran.out).not.toMatch(/^\s*::/m);
      if (command.endsWith('md')) expect(ran.out).not.toMatch(/@octocat|https:\/\/evil|<img|(?<!\\)\[x\]/);
    }
  });

  it('in the subject of a commit that changed a verdict do not act either', async () => {
    const path = 'vllm/model_executor/models/qwen3_next_mtp.py';
    const before = forge.commit({ [path]: 'pass\n' });
    const tree = gitIn(mirror, 'rev-parse', 'mini^{tree}');
    const after = gitIn(mirror, 'commit-tree', tree, '-p', before, '-m', WORDS);
    const ends = ['--from', `vllm@${before}`, '--to', `vllm@${after}`, '--mirror', `vllm=${mirror}`];
    for (const format of ['text', 'md', 'github']) {
      const ran = await cli('status', ...ends, '--only', 'vllm/mtp-exclusion', '--format', format);
      expectHarmless(world, ran, [0, 1]);
      expect(ran.out).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]|@octocat\b.*@octocat/);
    }
  });
});

it('all of these at once, as pins of a file', async () => {
  const commits = gitIn(mirror, 'log', '--all', '--reflog', '--format=%H', '--grep=hostile').split('\n');
  const pins = world.place('pins');
  const some = commits.filter((commit) => commit !== '').slice(0, 5);
  write(
    pins,
    JSON.stringify({
      formatVersion: 1,
      projects: {},
      pins: some.map((commit, n) => ({ project: 'vllm', name: `p${n}`, commit, expect: {} })),
    }),
  );
  const ran = await cli('pins', 'check', '--pins', pins, '--mirror', `vllm=${mirror}`, '--no-cache');
  expectHarmless(world, ran, [0, 1, 2, 3]);
});
