import { evidenceUrl } from '../report/links.js';

/** What upstream has to do with a fix, as its commit's trailer says it. */
export interface UpstreamStatus {
  readonly kind: 'Backport' | 'Submitted' | 'Denied' | 'Inappropriate' | 'Pending';
  /** The page of upstream's commit or pull request. */
  readonly url?: string;
}

/** Reads `Backport [<commit>]`, `Submitted [<url>]` and the like; without one, a fix is pending. */
export function upstreamStatus(project: string, text = 'Pending'): UpstreamStatus {
  const [, kind = 'Pending', where = ''] =
    /^(Backport|Submitted|Denied|Inappropriate)(?: \[(.*)\])?$/.exec(text) ?? [];
  const url = /^https:/.test(where) ? where : evidenceUrl(project, { kind: 'commit', ref: where });
  return { kind: kind as UpstreamStatus['kind'], ...(url === undefined ? {} : { url }) };
}
