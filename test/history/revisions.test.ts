import { describe, expect, it } from 'vitest';
import { sortVersions } from '../../src/history/revisions.js';

describe('sortVersions', () => {
  it('sorts numbers as numbers, and release candidates before their release', () => {
    const tags = [
      'v0.10.0',
      'v0.9.0',
      'v0.9.0rc2',
      'v0.9.0rc1',
      'v0.9.0.1',
      'v0.10.0rc1',
      'v0.5.0.post1',
      'v0.5.0',
    ];
    expect(sortVersions(tags)).toEqual([
      'v0.5.0',
      'v0.5.0.post1',
      'v0.9.0rc1',
      'v0.9.0rc2',
      'v0.9.0',
      'v0.9.0.1',
      'v0.10.0rc1',
      'v0.10.0',
    ]);
  });
});
