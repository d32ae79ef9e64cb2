import { describe, expect, it } from 'vitest';
import { decide } from '../../src/codemod/decide.js';
import type { Finding, Found, SiteState } from '../../src/codemod/types.js';
import { BLOCKING, VERDICTS } from '../../src/codemod/verdict.js';

const FILE = { path: 'f', text: 'a text' };
const REASON = { wrong: 'what is wrong', right: 'what is right' };
const sitesOf = (states: readonly SiteState[]) =>
  states.map((state, index) => ({ file: FILE, offset: index, state, what: `site ${index}` }));
const finding = (states: readonly SiteState[], rest: Partial<Found> = {}): Finding => ({
  sites: sitesOf(states),
  reason: REASON,
  ...rest,
});

describe('decide', () => {
  it.each<[string, Finding, string, string]>([
    ['one wrong site among right ones', finding(['right', 'wrong', 'ours']), 'needed', 'what is wrong'],
    ['right sites only', finding(['right', 'right']), 'upstreamed', 'what is right'],
    ['one of them ours', finding(['right', 'ours']), 'applied', 'what is right'],
    [
      'one of them ours, in words of its own',
      finding(['ours'], { reason: { ...REASON, ours: 'our own' } }),
      'applied',
      'our own',
    ],
    ['nothing that could be wrong', { absent: 'too old' }, 'not-applicable', 'too old'],
    [
      'no site and why',
      finding([], { absent: 'not in this revision' }),
      'not-applicable',
      'not in this revision',
    ],
    ['no site and no word why', finding([]), 'drifted', 'no site found, and no reason why'],
    [
      'an unknown site beside wrong ones',
      finding(['wrong', 'unknown', 'unknown']),
      'drifted',
      '2 of 3 sites in a shape that is not known: site 1',
    ],
    [
      'fewer sites than the shape has',
      finding(['wrong'], { expected: 2 }),
      'drifted',
      '1 sites found where this shape has 2',
    ],
    [
      'more sites than the shape has',
      finding(['right', 'right'], { expected: 1 }),
      'drifted',
      '2 sites found where this shape has 1',
    ],
    ['as many as the shape has', finding(['wrong', 'wrong'], { expected: 2 }), 'needed', 'what is wrong'],
    [
      'no site where some were expected',
      finding([], { expected: 2 }),
      'drifted',
      '0 sites found where this shape has 2',
    ],
    [
      'a drift that the judge names',
      { sites: sitesOf(['wrong']), drifted: 'another shape' },
      'drifted',
      'another shape',
    ],
    ['a harmful request', { refused: 'harmful' }, 'refused', 'harmful'],
  ])('%s', (_name, found, verdict, reason) => {
    expect(decide(found)).toEqual({ verdict, reason });
  });
});

describe('verdicts', () => {
  it('block where nothing may be edited', () => {
    expect(VERDICTS.filter((verdict) => BLOCKING.has(verdict))).toEqual([
      'drifted',
      'conflicting',
      'refused',
    ]);
  });
});
