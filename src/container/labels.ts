import type { PinSet } from '../pins/pins.js';
import type { BaseImage } from './base-image.js';
import type { PatchedTree } from './patched-tree.js';

/** What an image says about itself: set, tree hashes, fixes, tool. Sorted, so that it is one text. */
export function imageLabels(
  set: PinSet,
  base: BaseImage,
  trees: readonly PatchedTree[],
  tool: string,
): Record<string, string> {
  const labels: Record<string, string> = {
    'dgx-patch.arch': set.arch,
    'dgx-patch.cuda': set.cuda,
    'dgx-patch.set': set.name,
    'dgx-patch.tool': tool,
    'org.opencontainers.image.title': `vLLM for NVIDIA DGX Spark, ${set.name}`,
    'org.opencontainers.image.base.name': base.image.replace(/@.*/, ''),
    ...(base.digest === undefined ? {} : { 'org.opencontainers.image.base.digest': base.digest }),
  };
  for (const { project, pin, commit, tree, receipt } of trees) {
    if (project === 'vllm') {
      labels['org.opencontainers.image.version'] = pin.name;
      labels['org.opencontainers.image.revision'] = pin.commit;
    }
    labels[`dgx-patch.${project}.base`] = pin.commit;
    labels[`dgx-patch.${project}.commit`] = commit;
    labels[`dgx-patch.${project}.tree`] = tree;
    labels[`dgx-patch.${project}.fixes`] = (receipt?.fixes ?? [])
      .map(({ id, digest }) => (digest === undefined ? id : `${id}@${digest.slice(0, 12)}`))
      .join(' ');
  }
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
