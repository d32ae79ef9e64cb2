// What goes into the executable beside the code: each file under the name that src/assets.ts asks for.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

const FROM_PACKAGE = ['package.json', 'recipes', 'schemas', 'upstream-pins.json', 'upstream-pins.lock.json'];

async function filesBelow(path) {
  if (statSync(path).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The compiler's own output is in the bundle. */
const compiled = (name) =>
  name.startsWith('bin/') || (/\.js$/.test(name) && existsSync(name.replace(/\.js$/, '.ts')));

/** Names to paths, and the table of contents among them, written into `folder`. */
export async function assetsOf(folder) {
  const built = (await filesBelow('dist')).map((path) => [relative('dist', path), path]);
  const packaged = (await Promise.all(FROM_PACKAGE.map(filesBelow))).flat().map((path) => [path, path]);
  const assets = [...built.filter(([name]) => !compiled(name)), ...packaged].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const digest = createHash('sha256');
  for (const [name, path] of assets) {
    const bytes = readFileSync(path);
    digest.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  const contents = join(folder, 'contents.json');
  const names = assets.map(([name]) => name);
  writeFileSync(contents, JSON.stringify({ digest: digest.digest('hex'), names }));
  return Object.fromEntries([...assets, ['contents.json', contents]]);
}
