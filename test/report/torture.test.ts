import { describe, expect, it } from 'vitest';
import { type TortureReport, tortureText } from '../../src/report/torture.js';
import { tortureMarkdown } from '../../src/report/torture-markdown.js';
import { torturePage } from '../../src/report/torture-page.js';

const counts = { right: 6, left: 2, drifted: 1, silent: 1, wrong: 0 };
const REPORT: TortureReport = {
  seed: 3,
  mutants: 10,
  total: counts,
  rows: [
    { id: 'vllm/<a>', all: counts, kinds: { layout: counts, place: { ...counts, silent: 0, drifted: 0 } } },
  ],
  faults: [
    {
      id: 'vllm/<a>',
      target: 'vllm@v1',
      seed: 4,
      mutations: ['crlf', 'quotes'],
      result: 'silent',
      why: 'needed became <upstreamed>',
      patch: '--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-if a < b:\n+if b > a:\n',
    },
  ],
  untouched: ['vllm/b'],
  orders: [{ target: 'vllm@v1', seed: 3, paths: ['a.py'] }],
};

describe('the page of a torture run', () => {
  const page = torturePage(REPORT);

  it('stands alone: it loads nothing and runs nothing', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|src=|@import|url\(/);
    expect(page).toContain('.torture td');
  });

  it('has a row a fix and a column a kind that there was, and one for all', () => {
    expect(page.match(/<tr>/g)).toHaveLength(3);
    const heads = [...page.matchAll(/<th scope="col">([^<]+)<\/th>/g)].map(([, name]) => name);
    expect(heads).toEqual(
      'Fix,Mutants,right,left,drifted,silent,wrong,right or left,layout,place'.split(','),
    );
    expect(page).toContain(
      '<span class="badge drifted" title="6 right, 2 left, 1 drifted, 1 silent, 0 wrong">1 of 10</span>',
    );
    expect(page).toContain(
      '<span class="badge upstreamed" title="6 right, 2 left, 0 drifted, 0 silent, 0 wrong">100.0 %</span>',
    );
  });

  it('shows each fault with its diff and the command that repeats it, as text', () => {
    expect(page).toContain('<span class="del">-if a &lt; b:</span>\n<span class="ins">+if b &gt; a:</span>');
    expect(page).toContain(
      'again: <code>dgx-patch fix torture vllm/&lt;a&gt; --target vllm@v1 --seed 4 --count 1</code>',
    );
    expect(page).toContain('crlf + quotes');
    expect(page).not.toContain('<a>');
    expect(page).toContain('order matters on vllm@v1, seed 3: a.py');
    expect(torturePage({ ...REPORT, faults: [] })).toContain('<p>None.</p>');
  });
});

describe('a torture run in a terminal and in Markdown', () => {
  it('has the same counts', () => {
    expect(tortureMarkdown(REPORT)).toContain('| `vllm/<a>` | 10 | 6 | 2 | 1 | 1 | 0 | 80.0 % |');
    expect(tortureMarkdown(REPORT)).toContain('| layout | 10 | 6 | 2 | 1 | 1 | 0 | 80.0 % |');
    expect(tortureText(REPORT)).toMatch(/all +10 +6 +2 +1 +1 +0 +80\.0 %/);
    expect(tortureText(REPORT)).toContain('nothing to mutate here: vllm/b');
  });
});
