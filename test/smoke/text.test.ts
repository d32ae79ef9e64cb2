import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { garbage } from '../../src/smoke/text.js';
import { STORY, TAG } from '../support/stand-in-server.js';

describe('garbage', () => {
  it.each([
    'Paris',
    'Paris.',
    'a a b',
    'wait... what?',
    '日本の首都は東京です',
    '-------',
    `# A\n\n${'-'.repeat(30)}`,
  ])('lets %s pass', (text) => {
    expect(garbage(text)).toBeUndefined();
  });

  it.each([
    '',
    '  \n',
    '!!!!!!!!',
    'so on 00000000',
    'no no no no no no no no',
    '\uFFFD\uFFFD a',
    '\x01\x02\x03',
  ])('finds %j', (text) => {
    expect(garbage(text)).toBeDefined();
  });

  it('lets prose of its own language pass, and no other', () => {
    expect(garbage(STORY, 'English')).toBeUndefined();
    expect(garbage(TAG, 'German')).toBeUndefined();
    expect(garbage(STORY, 'German')).toBeDefined();
    expect(garbage(TAG, 'English')).toBeDefined();
  });

  it('finds a loop wherever it begins, and says where', () => {
    const words = STORY.split(/\s+/);
    fc.assert(
      fc.property(fc.nat(words.length), fc.integer({ min: 1, max: 12 }), (at, period) => {
        const phrase = Array.from({ length: period }, (_, i) => `w${i}`).join(' ');
        const text = `${words.slice(0, at).join(' ')} ${`${phrase} `.repeat(30)}`;
        expect(garbage(text)).toContain(`${at === 0 ? '' : `after ${at} words, `}over and over`);
      }),
    );
  });

  it('finds noise behind any beginning that has a window of it', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.array(fc.stringMatching(/^[bcdfghjklmnpqrtvwxz]{4,8}$/), { minLength: 36, maxLength: 60 }),
        (at, noise) => {
          expect(
            garbage(`${STORY.split(/\s+/).slice(0, at).join(' ')} ${noise.join(' ')}`, 'English'),
          ).toBeDefined();
        },
      ),
    );
  });
});
