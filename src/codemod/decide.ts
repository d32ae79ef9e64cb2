import type { Finding, Found } from './types.js';
import type { Verdict } from './verdict.js';

interface Decision {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** The verdict that follows from a finding. Every codemod's verdict is decided here and nowhere else. */
export function decide(finding: Finding): Decision {
  if ('refused' in finding) return { verdict: 'refused', reason: finding.refused };
  if ('drifted' in finding) return { verdict: 'drifted', reason: finding.drifted };
  if (!('reason' in finding)) return { verdict: 'not-applicable', reason: finding.absent };
  return byStates(finding);
}

function byStates({ sites, absent, expected, reason }: Found): Decision {
  const has = (state: string): boolean => sites.some((site) => site.state === state);
  const unknown = sites.filter((site) => site.state === 'unknown');
  if (unknown.length > 0) {
    const many = `${unknown.length} of ${sites.length} sites`;
    return { verdict: 'drifted', reason: `${many} in a shape that is not known: ${unknown[0]!.what}` };
  }
  if (sites.length === 0 && absent !== undefined) return { verdict: 'not-applicable', reason: absent };
  if (expected !== undefined && sites.length !== expected) {
    return { verdict: 'drifted', reason: `${sites.length} sites found where this shape has ${expected}` };
  }
  if (sites.length === 0) return { verdict: 'drifted', reason: 'no site found, and no reason why' };
  if (has('wrong')) return { verdict: 'needed', reason: reason.wrong };
  if (has('ours')) return { verdict: 'applied', reason: reason.ours ?? reason.right };
  return { verdict: 'upstreamed', reason: reason.right };
}
