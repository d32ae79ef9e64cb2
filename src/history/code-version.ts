import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { grammarPath } from '../syntax/assets.js';

/** Code that verdicts depend on, relative to the root of the sources or of the build. */
const FOLDERS = ['codemods', 'src/codemod', 'src/syntax', 'src/evaluate', 'src/tree'];

let version: Promise<string> | undefined;

/**
 * A digest of everything but the tree and the build that a verdict depends on: the fixes, the engine and
 * the grammars. A cached verdict of other code is never used, whether or not its version was raised.
 */
export function codeVersion(): Promise<string> {
  version ??= digest();
  return version;
}

async function digest(): Promise<string> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const listed = await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(root + folder, { recursive: true })).map((name) => `${folder}/${name}`),
    ),
  );
  const code = listed
    .flat()
    .filter((path) => /\.(?:js|ts|json|cmake)$/.test(path) && !path.endsWith('.d.ts'));
  const files = [
    ...code.sort().map((path) => root + path),
    ...(['cuda', 'cpp', 'python'] as const).map(grammarPath),
  ];
  const hash = createHash('sha256');
  for (const bytes of await Promise.all(files.map((file) => readFile(file)))) {
    hash.update(`${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}
