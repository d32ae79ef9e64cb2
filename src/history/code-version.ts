import { assetText, hasAsset } from '../assets.js';

/**
 * A digest of everything but the tree, the build and one's own fixes that a verdict depends on: the fixes,
 * the engine and the grammars. The build writes it. Sources that run directly have none, so that nothing
 * kept by another run is believed.
 */
export function codeVersion(): string {
  return hasAsset('code-digest') ? assetText('code-digest').trim() : `sources-${process.pid}`;
}
