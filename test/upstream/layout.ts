import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceTree } from '../../src/source/tree.js';
import type { Wheel } from '../support/wheel.js';

const REQUIREMENTS = 'requirements';
/** Files of FlashInfer's repository that its build copies below the package. */
const DATA = /^(?:csrc|include)\//;

const textOf = async (tree: SourceTree, path: string): Promise<string> => (await tree.read(path))?.text ?? '';

/** Rows of a file of requirements as the wheel's metadata has them: those of the files that it names with them. */
async function rowsOf(tree: SourceTree, name: string): Promise<string[]> {
  const lines = (await textOf(tree, `${REQUIREMENTS}/${name}`)).split('\n').map((line) => line.trim());
  const rows = lines.map(async (line) => {
    if (line.startsWith('-r ')) return rowsOf(tree, line.slice(3).trim());
    const row = line.replace(/\s+#.*$/, '');
    return row === '' || /^(?:#|--)/.test(row) ? [] : [row];
  });
  return (await Promise.all(rows)).flat();
}

/** A FlashInfer that only an extra of setup.py names is a requirement under a condition. */
async function extraOf(tree: SourceTree): Promise<string[]> {
  const row = /flashinfer-python==[\w.]+/.exec(await textOf(tree, 'setup.py'))?.[0];
  return row === undefined ? [] : [`${row} ; extra == "flashinfer"`];
}

async function filesOf(
  tree: SourceTree,
  placeOf: (path: string) => string | undefined,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const path of await tree.paths()) {
    const place = placeOf(path);
    const file = place === undefined ? undefined : await tree.read(path);
    if (place !== undefined && file) files[place] = file.text;
  }
  return files;
}

/**
 * The Python part of vLLM's wheel: its package folder with everything that git has there, the version file that
 * setuptools-scm writes, and the requirements.
 */
export async function vllmWheel(tree: SourceTree, version: string, commit: string): Promise<Wheel> {
  const files = await filesOf(tree, (path) => (path.startsWith('vllm/') ? path : undefined));
  const id = `g${commit.slice(0, 9)}`;
  files['vllm/_version.py'] = `__version__ = version = '${version}'\n__commit_id__ = commit_id = '${id}'\n`;
  const rows = await rowsOf(tree, 'cuda.txt');
  const named = rows.some((row) => row.startsWith('flashinfer-python'));
  return { name: 'vllm', version, files, requires: named ? rows : [...rows, ...(await extraOf(tree))] };
}

/** Where a file of FlashInfer's repository is in its package. */
export const flashinferPlace = (path: string): string | undefined =>
  DATA.test(path) ? `flashinfer/data/${path}` : path.startsWith('flashinfer/') ? path : undefined;

/** FlashInfer's wheel, but for the submodules, which are no part of its mirror. */
export async function flashinferWheel(tree: SourceTree): Promise<Wheel> {
  const version = (await textOf(tree, 'version.txt')).trim();
  return { name: 'flashinfer-python', version, files: await filesOf(tree, flashinferPlace) };
}

/** Writes a wheel into site-packages as an installer leaves it, without what only an interpreter would add. */
export function layOut(site: string, { name, version, files, requires = [] }: Wheel): void {
  const info = `${name.replaceAll('-', '_')}-${version}.dist-info`;
  const metadata = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`];
  const all: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: [...metadata, ...requires.map((row) => `Requires-Dist: ${row}`), ''].join('\n'),
  };
  const rows = Object.entries(all).map(([path, text]) => {
    const sum = createHash('sha256').update(text, 'latin1').digest('base64url');
    return `${path},sha256=${sum},${text.length}`;
  });
  all[`${info}/RECORD`] = [...rows, `${info}/RECORD,,`, ''].join('\n');
  rmSync(site, { recursive: true, force: true });
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(site, dirname(path)), { recursive: true });
    writeFileSync(join(site, path), text, 'latin1');
  }
}
