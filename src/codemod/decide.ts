import type { Finding } from './types.js';
import type { Verdict } from './verdict.js';

/** The verdict that follows from a finding. Every codemod's verdict is decided here and nowhere else. */
export function decide(finding: Finding): { verdict: Verdict; reason: string } {
  if (finding.refused !== undefined) return { verdict: 'refused', reason: finding.refused };
  if (finding.drifted !== undefined) return { verdict: 'drifted', reason: finding.drifted };
  const { sites, expected } = finding;
  const unknown = sites.filter((site) => site.state === 'unknown');
  if (unknown.length > 0) {
    const first = unknown[0]!;
    return {
      verdict: 'drifted',
      reason: `${unknown.length} of ${sites.length} sites in a shape that is not known: ${first.what}`,
    };
  }
  if (sites.length === 0 && finding.absent !== undefined) {
    return { verdict: 'not-applicable', reason: finding.absent };
  }
  if (expected !== undefined && sites.length !== expected) {
    return { verdict: 'drifted', reason: `${sites.length} sites found where this shape has ${expected}` };
  }
  if (sites.length === 0) return { verdict: 'drifted', reason: 'no site found, and no reason why' };
  if (sites.some((site) => site.state === 'wrong')) return { verdict: 'needed', reason: finding.reason };
  const ours = sites.some((site) => site.state === 'ours');
  return { verdict: ours ? 'applied' : 'upstreamed', reason: finding.reason };
}
