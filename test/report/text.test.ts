import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/codemod/types.js';
import { VERDICTS } from '../../src/codemod/verdict.js';
import type { Judged } from '../../src/judge/review.js';
import { statusDocument } from '../../src/report/document.js';
import { statusText } from '../../src/report/status-text.js';
import { fold, statusTable } from '../../src/report/text.js';
import { BUILD, codemodOf } from '../support/memory.js';

const outcome = (id: string, verdict: Outcome['verdict'], sites: number): Outcome => ({
  codemod: codemodOf(id, { judge: async () => ({ absent: 'nothing' }), rewrite: () => [] }),
  verdict,
  reason: 'a reason that goes on and on, '.repeat(8).trim(),
  sites: Array.from({ length: sites }, (_, index) => ({
    path: 'f.cu',
    offset: 9,
    line: index + 1,
    state: 'wrong',
    what: 'w',
  })),
  evidence: [{ kind: 'commit', ref: 'abc', note: 'why' }],
  edits: [{ path: 'f.cu', start: 0, end: 0, text: 'x' }],
});

const judged = (revision: string, outcomes: readonly Outcome[]): Judged => ({
  target: { project: 'vllm', revision, commit: 'c'.repeat(40) },
  build: BUILD,
  outcomes,
});

const every = VERDICTS.map((verdict, index) => outcome(`vllm/fix-${verdict}`, verdict, index));
const withEscapes = /\x1b\[/;

describe('statusText', () => {
  it('fits 100 columns and names every fix and verdict', () => {
    const text = statusText(judged('v1', every), false);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const verdict of VERDICTS) expect(text).toMatch(new RegExp(`^vllm/fix-${verdict} +${verdict}`, 'm'));
    expect(text).toContain('1 site\n');
    expect(text).toContain('2 sites\n');
  });

  it('leaves what has no room beside its place to -v, which gives all of it', () => {
    const [words, path] = [
      'what stands there, in many words '.repeat(5).trim(),
      `${'folder/'.repeat(9)}f.cu`,
    ];
    const own = outcome('vllm/long', 'needed', 1);
    const long = { ...own, sites: own.sites.map((site) => ({ ...site, path, what: words })) };
    const [plain, verbose] = [false, true].map((asked) =>
      statusText(judged('v1', [long]), false, { verbose: asked }),
    );
    expect(plain).toContain(`      ${path}:1\n`);
    expect(plain).not.toContain('what stands there');
    expect(verbose!.replace(/\s+/g, ' ')).toContain(`${path}:1 (wrong) ${words}`);
    for (const line of verbose!.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('is coloured only when asked', () => {
    expect(statusText(judged('v1', every), false)).not.toMatch(withEscapes);
    expect(statusText(judged('v1', every), true)).toMatch(withEscapes);
  });

  it('stands no fix at all', () => {
    expect(statusText(judged('v1', []), false)).toContain('vllm@v1');
  });
});

describe('statusTable', () => {
  const many = Array.from({ length: 12 }, (_, index) => judged(`v0.${index}.0-a-long-name`, every));

  it('fits 100 columns and has a column for each target', () => {
    const text = statusTable(many, false);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(text.match(/not-applicable/g)).toHaveLength(12 + Math.ceil(12 / 4));
  });

  it('shows a dash where a target has no such fix', () => {
    const text = statusTable([judged('v1', every.slice(0, 1)), judged('v2', every.slice(1, 2))], false);
    expect(text).toMatch(/^vllm\/fix-needed +needed +-$/m);
  });

  it('stands no fix at all', () => {
    expect(statusTable([judged('v1', []), judged('v2', [])], false)).toContain('v2');
  });
});

describe('fold', () => {
  it('keeps every word, and a long one on a line of its own', () => {
    expect(fold('a bb ccccccc d e', 4)).toEqual(['a bb', 'ccccccc', 'd e']);
    expect(fold('', 4)).toEqual([]);
  });
});

describe('statusDocument', () => {
  it('holds what a program needs, and no more', () => {
    expect(statusDocument(judged('v1', [outcome('vllm/a', 'needed', 1)]))).toEqual({
      target: { project: 'vllm', revision: 'v1', commit: 'c'.repeat(40) },
      build: BUILD,
      fixes: [
        {
          id: 'vllm/a',
          verdict: 'needed',
          reason: expect.any(String),
          sites: [{ path: 'f.cu', line: 1, state: 'wrong' }],
          evidence: [{ kind: 'commit', ref: 'abc', note: 'why' }],
        },
      ],
    });
  });
});
