import { mkdir } from 'node:fs/promises';
import { readCMake } from '../../syntax/cmake.js';
import { git } from '../../tree/git.js';
import type { Bench, Subject } from '../rung.js';

/** The CUTLASS revision that a tree's CMake names, e.g. `v4.2.1`. */
export async function cutlassRevision({ tree }: Subject): Promise<string | undefined> {
  const file = await tree.read('CMakeLists.txt');
  if (!file) return undefined;
  const set = readCMake(file.text).commands.find(
    ({ name, args }) => name === 'set' && args[0]?.value === 'CUTLASS_REVISION',
  );
  return set?.args[1]?.value;
}

/** CUTLASS's headers of a revision, out of the first mirror that has it. Returns the include folders. */
export async function cutlassHeaders(
  revision: string,
  { cutlass, workspace }: Bench,
): Promise<readonly string[] | undefined> {
  for (const mirror of cutlass) {
    const { code } = await git(mirror, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
      accept: [1, 128],
    });
    if (code !== 0) continue;
    const folder = workspace.path(`cutlass-${revision}`);
    await mkdir(folder, { recursive: true });
    const archive = `${folder}.tar`;
    await git(mirror, ['archive', `--output=${archive}`, revision, 'include', 'tools/util/include']);
    const ran = await workspace.run('cutlass-tar', 'tar', ['-xf', archive, '-C', folder]);
    if (ran.code === 0) return [`${folder}/include`, `${folder}/tools/util/include`];
  }
  return undefined;
}
