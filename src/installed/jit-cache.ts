import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** One compiled module of FlashInfer's JIT. */
export interface CachedModule {
  readonly name: string;
  readonly dir: string;
  /** When its library was written, in milliseconds. */
  readonly built: number;
  /** Text of its build file, which names every source and include folder. */
  readonly ninja: string;
}

/** `$FLASHINFER_WORKSPACE_BASE/.cache/flashinfer`, or the one in the home folder. */
export function jitCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.FLASHINFER_WORKSPACE_BASE || homedir(), '.cache', 'flashinfer');
}

async function folders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function moduleIn(dir: string, name: string): Promise<CachedModule | undefined> {
  const library = await stat(join(dir, `${name}.so`)).catch(() => undefined);
  if (!library) return undefined;
  const ninja = await readFile(join(dir, 'build.ninja'), 'utf8').catch(() => '');
  return { name, dir, built: library.mtimeMs, ninja };
}

/**
 * Every compiled module. They are in `cached_ops`, below a folder of the targets, which is below one of the
 * version from v0.3 on.
 */
export async function cachedModules(cache: string): Promise<CachedModule[]> {
  const found: CachedModule[] = [];
  const look = async (dir: string, depth: number): Promise<void> => {
    for (const name of await folders(dir)) {
      const below = join(dir, name);
      if (name === 'cached_ops') {
        for (const op of await folders(below)) {
          const module = await moduleIn(join(below, op), op);
          if (module) found.push(module);
        }
      } else if (depth > 0) await look(below, depth - 1);
    }
  };
  await look(cache, 2);
  return found.sort((a, b) => (a.dir < b.dir ? -1 : 1));
}

/** Edits of these change how modules are compiled, whatever they are made of. */
const RECIPES = /(?:^|\/)(?:compilation_context|jit\/(?!cpp_ext\b).*|gemm|gemm\/\w+)\.py$/;

/**
 * Modules that were built from a package before its files were edited. An edited CUDA source concerns the
 * modules whose build names its package; an edited recipe concerns all of them.
 */
export async function staleModules(
  cache: string,
  root: string,
  edited: readonly string[],
): Promise<CachedModule[]> {
  const relevant = edited.filter((path) => RECIPES.test(path) || /\.(?:cu|cuh|h|hpp|inl)$/.test(path));
  const times = await Promise.all(
    relevant.map(async (path) => (await stat(join(root, path)).catch(() => undefined))?.mtimeMs ?? 0),
  );
  const newest = Math.max(0, ...times);
  const all = await cachedModules(cache);
  return all.filter(({ built, ninja }) => built <= newest && (ninja === '' || ninja.includes(root)));
}

/** Removes modules; each is compiled anew when it is next used. */
export async function clearModules(modules: readonly CachedModule[]): Promise<void> {
  for (const { dir } of modules) await rm(dir, { recursive: true, force: true });
}
