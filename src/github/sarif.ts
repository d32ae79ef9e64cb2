import { gzipSync } from 'node:zlib';
import { call, type GitHub } from './api.js';

/** Gives a SARIF log to code scanning, for a commit and its ref. */
export async function uploadSarif(github: GitHub, log: string, commit: string, ref: string): Promise<void> {
  await call(github, 'POST', 'code-scanning/sarifs', {
    commit_sha: commit,
    ref,
    sarif: gzipSync(log).toString('base64'),
    tool_name: 'dgx-patch',
  });
}
