import type { PatchedPackage } from './layer.js';
import type { ImageFacts } from './store.js';

/** What a patched image says of itself, sorted: its base, and of each package the commit and the fixes. */
export function labelsOf(
  ref: string,
  { id, digest }: Pick<ImageFacts, 'id' | 'digest'>,
  packages: readonly PatchedPackage[],
  tool: string,
): Record<string, string> {
  const labels: Record<string, string> = {
    'dgx-patch.base': id,
    'dgx-patch.tool': tool,
    'org.opencontainers.image.base.digest': digest ?? id,
    'org.opencontainers.image.base.name': ref,
  };
  for (const { receipt } of packages) {
    const { project, revision, commit } = receipt.target;
    labels[`dgx-patch.${project}.commit`] = commit === '' ? revision : commit;
    labels[`dgx-patch.${project}.fixes`] = receipt.fixes.map((fix) => fix.id).join(' ');
  }
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The lines that put the layer on the image in a build of one's own. */
export function containerfile(ref: string, layer: string, labels: Readonly<Record<string, string>>): string {
  const rows = Object.entries(labels).map(([key, value]) => `  ${key}=${JSON.stringify(value)}`);
  return [`FROM ${ref}`, `ADD ${layer} /`, `LABEL \\\n${rows.join(' \\\n')}`, ''].join('\n');
}
