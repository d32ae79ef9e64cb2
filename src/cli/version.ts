import { existsSync, readFileSync } from 'node:fs';

/** The package's own version. */
export function toolVersion(): string {
  const file = ['../../../package.json', '../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url))!;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
