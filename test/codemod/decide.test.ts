import { describe, expect, it } from 'vitest';
import { decide } from '../../src/codemod/decide.js';
import type { Finding, SiteState } from '../../src/codemod/types.js';
import { BLOCKING, VERDICTS } from '../../src/codemod/verdict.js';

const finding = (states: readonly SiteState[], rest: Partial<Finding> = {}): Finding => ({
  sites: states.map((state, index) => ({ path: 'f', offset: index, state, what: `site ${index}` })),
  reason: 'the reason',
  ...rest,
});

describe('decide', () => {
  it.each<[string, Finding, string, string]>([
    ['one wrong site among right ones', finding(['right', 'wrong', 'ours']), 'needed', 'the reason'],
    ['right sites only', finding(['right', 'right']), 'upstreamed', 'the reason'],
    ['one of them ours', finding(['right', 'ours']), 'applied', 'the reason'],
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
    ['as many as the shape has', finding(['wrong', 'wrong'], { expected: 2 }), 'needed', 'the reason'],
    [
      'no site where some were expected',
      finding([], { expected: 2 }),
      'drifted',
      '0 sites found where this shape has 2',
    ],
    [
      'a drift that the judge names',
      finding(['wrong'], { drifted: 'another shape' }),
      'drifted',
      'another shape',
    ],
    ['a harmful request', finding(['wrong'], { refused: 'harmful', drifted: 'also' }), 'refused', 'harmful'],
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
