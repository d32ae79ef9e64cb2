import { describe, expect, it } from 'vitest';
import { exampleDiff, withExample } from '../../src/author/example.js';

const diff = (lines: number): string =>
  `diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n@@ -1 +1,${lines} @@\n${'+x\n'.repeat(lines)}`;

describe('the diff that a README shows', () => {
  it('is the smallest of the cases, without what only git reads', () => {
    const cases = [
      { name: 'a', diff: diff(3) },
      { name: 'b', diff: diff(1) },
      { name: 'c', diff: undefined },
    ];
    expect(exampleDiff(cases)).toBe('--- a/f\n+++ b/f\n@@ -1 +1,1 @@\n+x');
  });

  it('is cut where it is long, and there is none for a fix that edits nothing', () => {
    const long = exampleDiff([{ name: 'a', diff: diff(50) }])!.split('\n');
    expect(long).toHaveLength(25);
    expect(long.at(-1)).toBe('…');
    expect(exampleDiff([{ name: 'a', diff: undefined }])).toBeUndefined();
  });

  it('takes the place of the first diff of the page', () => {
    const page = '# x\n```diff\n-old\n```\ntext\n```diff\n-second\n```\n';
    expect(withExample(page, '-$& new')).toBe('# x\n```diff\n-$& new\n```\ntext\n```diff\n-second\n```\n');
  });
});
