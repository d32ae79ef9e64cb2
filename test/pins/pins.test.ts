import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPins, findPin, type Pins, readPins } from '../../src/pins/pins.js';
import { tempFolder } from '../support/temp.js';

const A = 'a'.repeat(40);
const B = `abcdef12${'0'.repeat(32)}`;
const C = `abcdef13${'0'.repeat(32)}`;

const good = {
  formatVersion: 1,
  projects: { vllm: { repository: 'https://example.org/vllm.git' } },
  pins: [
    { project: 'vllm', name: 'one', commit: A, tag: 'v1', date: '2026-01-31', cuda: '13.0', arch: '12.1a' },
    { project: 'vllm', name: 'two', commit: B },
    { project: 'vllm', name: 'three', commit: C },
    { project: 'cutlass', name: 'one', commit: A },
  ],
};

/** The good file with one field changed. */
function withField(path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(good) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}

describe('checkPins', () => {
  it('takes a good file', () => {
    expect(checkPins(good, 'f').pins).toHaveLength(4);
  });

  it.each<[readonly (string | number)[], unknown, string]>([
    [['formatVersion'], 2, 'f: formatVersion: '],
    [['pins', 1, 'commit'], 'abc', 'f: pins[1].commit: a commit of 40 hexadecimal digits'],
    [['pins', 0, 'project'], 'torch', 'f: pins[0].project: '],
    [['pins', 0, 'name'], '-x', 'f: pins[0].name: a name of letters'],
    [['pins', 0, 'arch'], '121a', 'f: pins[0].arch: an arch list such as'],
    [['pins', 0, 'cuda'], '13', 'f: pins[0].cuda: a CUDA version such as'],
    [['pins', 0, 'date'], '31.1.2026', 'f: pins[0].date: '],
    [['pins', 0, 'expect'], { 'vllm/x': { verdict: 'fine' } }, 'f: pins[0].expect.vllm/x.verdict: '],
    [['pins', 0, 'typo'], 1, 'f: pins[0]: '],
    [['projects', 'vllm', 'repository'], 'http://x/y', 'f: projects.vllm.repository: '],
    [['projects', 'vllm', 'repository'], 'ext::sh', 'f: projects.vllm.repository: '],
    [['projects', 'torch'], { repository: 'https://x/y' }, 'f: projects'],
    [['pins'], undefined, 'f: pins: '],
  ])('names the bad field: %j', (path, value, message) => {
    const check = () => checkPins(withField(path, value), 'f');
    expect(check).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
    );
  });

  it('refuses a name that is there twice, and what is no object', () => {
    expect(() => checkPins(withField(['pins', 1, 'name'], 'one'), 'f')).toThrow(
      'f: pins: vllm@one is there twice',
    );
    expect(() => checkPins([], 'f')).toThrow(/^f: \(top\): /);
  });
});

describe('readPins', () => {
  it('reads the packaged file', async () => {
    const { pins } = await readPins(new URL('../../upstream-pins.json', import.meta.url).pathname);
    expect(pins.map(({ name }) => name)).toContain('dgx-vllm-v22');
  });

  it('says that a file is not there, or not JSON', async () => {
    const file = join(tempFolder(), 'pins.json');
    await expect(readPins(file)).rejects.toMatchObject({
      kind: 'usage',
      message: `the pins file ${file} cannot be read`,
    });
    writeFileSync(file, '{"pins": [}');
    await expect(readPins(file)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('is not JSON'),
    });
  });
});

describe('findPin', () => {
  const pins = checkPins(good, 'f') as Pins;

  it.each([
    ['one', 'one'],
    ['v1', 'one'],
    [A, 'one'],
    ['aaaaaaa', 'one'],
    ['abcdef12', 'two'],
    ['abcdef1', undefined],
    ['aaaaaa', undefined],
    ['v2', undefined],
  ])('%s is %s', (revision, name) => {
    expect(findPin(pins, 'vllm', revision)?.name).toBe(name);
  });

  it('looks within the project only', () => {
    expect(findPin(pins, 'cutlass', 'two')).toBeUndefined();
    expect(findPin(pins, 'cutlass', 'one')!.project).toBe('cutlass');
  });
});
