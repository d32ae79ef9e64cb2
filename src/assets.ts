import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sea from 'node:sea';
import { fileURLToPath } from 'node:url';
import { Packed } from './packed.js';

/** Inside a single executable; else files are in folders. */
const packed = sea.isSea() ? new Packed(sea) : undefined;

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The build and the package around it, or the repository where the sources run directly. */
const ROOTS = [join(HERE, '..'), join(HERE, '../..')];

/** Where development packages keep what the build copies. */
const IN_PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/^grammars\/((?:web-)?tree-sitter(?:-\w+)?)\.wasm$/, '$1/$1.wasm'],
  [/^diff2html\/(.*\.css)$/, 'diff2html/bundles/css/$1'],
  [/^diff2html\/(.*\.js)$/, 'diff2html/bundles/js/$1'],
];

function inPackages(name: string): string | undefined {
  const known = IN_PACKAGES.find(([pattern]) => pattern.test(name));
  return known && createRequire(import.meta.url).resolve(name.replace(...known));
}

/**
 * Where a file or folder that we ship lies, by its name: `grammars/tree-sitter-cuda.wasm`, `recipes`,
 * `src/verify/gpu`. The only place that knows how the tool is installed. Throws where it does not ship; what is inside
 * an executable is unpacked first, so ask for bytes where they will do.
 */
export function assetPath(name: string): string {
  if (packed?.has(name)) return packed.path(name);
  const path = ROOTS.map((root) => join(root, name)).find((place) => existsSync(place)) ?? inPackages(name);
  if (path === undefined) throw new Error(`this installation lacks ${name}`);
  return path;
}

export function hasAsset(name: string): boolean {
  return packed?.has(name) ?? ROOTS.some((root) => existsSync(join(root, name)));
}

export function assetBytes(name: string): Buffer {
  return packed?.bytes(name) ?? readFileSync(assetPath(name));
}

export function assetText(name: string): string {
  return assetBytes(name).toString('utf8');
}
