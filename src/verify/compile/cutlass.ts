import { checkRevision } from '../../revision/spec.js';
import { readCMake } from '../../syntax/cmake.js';
import { git } from '../../tree/git.js';
import { GitTree } from '../../tree/git-tree.js';
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

const HEADERS = /^(?:tools\/util\/)?include\//;

/** CUTLASS's headers of a revision, out of the first mirror that has it. Returns the include folders. */
export async function cutlassHeaders(
  revision: string,
  { cutlass, workspace }: Bench,
): Promise<readonly string[] | undefined> {
  // A tree names it, and it becomes a folder's name.
  checkRevision(revision);
  for (const mirror of cutlass) {
    const found = await git(mirror, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
      accept: [1, 128],
    });
    if (found.code !== 0) continue;
    const folder = `cutlass-${revision.replaceAll('/', '-')}`;
    // Not `git archive`: that runs filters which the mirror's configuration names.
    const tree = new GitTree(mirror, found.stdout.toString('utf8').trim());
    try {
      for (const path of (await tree.paths()).filter((path) => HEADERS.test(path))) {
        const file = await tree.read(path);
        if (file) await workspace.write(`${folder}/${path}`, file.text);
      }
    } finally {
      tree.close();
    }
    return [workspace.path(folder, 'include'), workspace.path(folder, 'tools/util/include')];
  }
  return undefined;
}
