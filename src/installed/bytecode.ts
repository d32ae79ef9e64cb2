import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Removes the compiled forms of Python files before these change. Python looks at a source's time and size, and
 * compiles it anew, except where the bytecode was made to be trusted unseen (`unchecked-hash`, as some images are
 * built with): that would run the old code for good.
 */
export async function removeBytecode(dir: string, paths: readonly string[]): Promise<void> {
  for (const path of paths.filter((name) => name.endsWith('.py'))) {
    const stem = `${basename(path, '.py')}.`;
    const cache = join(dir, dirname(path), '__pycache__');
    const names = await readdir(cache).catch(() => []);
    const own = names.filter(
      (name) => name.startsWith(stem) && /^[^.]+\.[^.]+(?:\.opt-\w+)?\.pyc$/.test(name),
    );
    for (const name of own) await rm(join(cache, name), { force: true });
    await rm(join(dir, `${path}c`), { force: true });
  }
}
