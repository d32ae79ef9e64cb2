import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gencodeFlags,
  hasBlockScaledFP4,
  parseArch,
  runsOnGB10,
  smName,
  splitArchs,
} from '../../src/evaluate/arch.js';

describe('parseArch', () => {
  it.each([
    ['12.1a', { major: 12, minor: 1, suffix: 'a', ptx: false }],
    ['12.0f', { major: 12, minor: 0, suffix: 'f', ptx: false }],
    ['8.0+PTX', { major: 8, minor: 0, suffix: '', ptx: true }],
    [' 9.0a ', { major: 9, minor: 0, suffix: 'a', ptx: false }],
  ])('%s', (text, arch) => {
    expect(parseArch(text)).toEqual(arch);
  });

  it.each(['', '12', '12.1b', '121a', '12.10', 'native', '12.1a;12.0', '-12.1'])(
    'is undefined for %j',
    (text) => {
      expect(parseArch(text)).toBeUndefined();
    },
  );
});

describe('splitArchs', () => {
  it('takes the separators that torch takes', () => {
    expect(splitArchs('8.0;9.0a, 12.1a+PTX  12.0f;')).toEqual(['8.0', '9.0a', '12.1a+PTX', '12.0f']);
    expect(splitArchs('')).toEqual([]);
  });
});

describe('runsOnGB10', () => {
  it.each(['12.1a', '12.1f', '12.1', '12.0f', '12.0', '12.1+PTX', '8.0+PTX', '9.0+PTX'])(
    'is true for %s',
    (arch) => {
      expect(runsOnGB10(arch)).toBe(true);
    },
  );

  it.each(['12.0a', '12.2', '12.2f', '10.0a', '10.0f', '9.0', '9.0a+PTX', '13.0+PTX', '', 'x'])(
    'is false for %j',
    (arch) => {
      expect(runsOnGB10(arch)).toBe(false);
    },
  );
});

describe('hasBlockScaledFP4', () => {
  it('needs a suffix on a 12.x target', () => {
    expect(['12.0a', '12.0f', '12.1a', '12.1f'].every(hasBlockScaledFP4)).toBe(true);
    expect(['12.0', '12.1', '12.1+PTX', '10.0a', ''].some(hasBlockScaledFP4)).toBe(false);
  });
});

describe('gencodeFlags', () => {
  it('is what torch passes to nvcc', () => {
    expect(gencodeFlags('12.1a')).toBe('-gencode arch=compute_121a,code=sm_121a');
    expect(gencodeFlags('8.0+PTX;12.0f')).toBe(
      '-gencode arch=compute_80,code=sm_80 -gencode arch=compute_80,code=compute_80 -gencode arch=compute_120f,code=sm_120f',
    );
  });

  it('names every entry of any list', () => {
    const entry = fc
      .tuple(fc.constantFrom('8.0', '9.0a', '10.0f', '12.0', '12.1a'), fc.constantFrom('', '+PTX'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(entry), fc.constantFrom(';', ',', ' '), (entries, separator) => {
        const flags = gencodeFlags(entries.join(separator));
        expect(flags.match(/code=sm_\w+/g) ?? []).toEqual(entries.map((own) => `code=sm_${smName(own)}`));
      }),
    );
  });
});
