import { assetText } from '../assets.js';

/** The package's own version. */
export function toolVersion(): string {
  return (JSON.parse(assetText('package.json')) as { version: string }).version;
}
