import type { Outcome } from '../codemod/types.js';
import type { Receipt } from './receipt.js';

/** The message of a fix's commit: the same text for the same input, wherever it is made. */
export function commitMessage({ codemod, reason, sites }: Outcome): string {
  const places = [...new Set(sites.filter((site) => site.state === 'wrong').map((site) => site.path))].sort();
  return [
    `dgx-patch: ${codemod.title}`,
    '',
    `${reason[0]!.toUpperCase()}${reason.slice(1)}.`,
    '',
    codemod.why,
    '',
    ...places.map((path) => `  ${path}`),
    ...(places.length > 0 ? [''] : []),
    `Dgx-Patch-Id: ${codemod.id}`,
    `Upstream-Status: ${codemod.upstreamStatus ?? 'Pending'}`,
    '',
  ].join('\n');
}

/** The message of the commit that takes a receipt's fixes back. */
export function revertMessage({ fixes }: Receipt): string {
  return [
    `dgx-patch: take ${fixes.length} ${fixes.length === 1 ? 'fix' : 'fixes'} back`,
    '',
    'The files are as they were before these fixes.',
    '',
    ...fixes.map(({ id }) => `Dgx-Patch-Revert: ${id}`),
    '',
  ].join('\n');
}
