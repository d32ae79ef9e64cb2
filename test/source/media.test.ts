import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  html,
  markdown,
  plain,
  sarifText,
  screen,
  terminal,
  workflowData,
  workflowProperty,
} from '../../src/source/media.js';

const ESCAPES = '\x1b]0;title\x07\x1b[2J\x1b[31m\x9b31m\r\u202eevil\x7f';

describe('upstream’s words', () => {
  it('have no control characters in any medium', () => {
    const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const medium of [plain, terminal, markdown, html, sarifText, workflowData, workflowProperty])
          expect(medium(text + ESCAPES)).not.toMatch(controls);
      }),
    );
  });

  it('stay as they are where they are plain', () => {
    const text = 'vllm/a.py:12: `x` has 3 of 4 sites; größer, 中文';
    for (const medium of [plain, terminal, html, sarifText, workflowData]) expect(medium(text)).toBe(text);
    expect(terminal('one\n\ttwo')).toBe('one\n\ttwo');
  });

  it('are no workflow command in a log', () => {
    for (const text of ['::error::x', '  ::add-mask::x', 'a\n::stop-commands::x', '##[group]x'])
      expect(terminal(text)).not.toMatch(/^\s*(?:::|##\[)/m);
    expect(terminal('cutlass::arch')).toBe('cutlass::arch');
  });

  it('are one workflow command where they are in one', () => {
    expect(workflowData('a%\n::error::b')).toBe('a%25%0A::error::b');
    expect(workflowProperty('a:b,c')).toBe('a%3Ab%2Cc');
  });

  it('mention nobody, link nowhere and mark nothing up in markdown', () => {
    const shown = markdown(
      '@octocat &#64;octocat a@b.example https://evil.example www.evil.example owner/name#1 #2 <img> [x](y) `c` *b* | $m$',
    );
    expect(shown).not.toMatch(/@\w|#\d|https?:\/\/|www\.\w|&#|<img|(?<!\\)[[\]`*|$]/);
    expect(shown.replaceAll('\u200b', '')).toContain('https://evil.example');
  });

  it('are no link in SARIF, and no element in HTML', () => {
    expect(sarifText('[click](https://evil.example)')).toBe('[click] (https://evil.example)');
    expect(html(`<a href='x' onclick="y">&`)).toBe('&lt;a href=&#39;x&#39; onclick=&quot;y&quot;&gt;&amp;');
  });

  it('keep our colours alone on a screen', () => {
    expect(screen(`\x1b[31mred\x1b[0m${'\x1b]0;t\x07'}\x1b[2J\n`)).toBe(
      '\x1b[31mred\x1b[0m\ufffd]0;t\ufffd\ufffd[2J\n',
    );
  });
});
