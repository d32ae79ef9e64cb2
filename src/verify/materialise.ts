import type { Subject } from './rung.js';
import type { Workspace } from './workspace.js';

const written = new WeakMap<Workspace, Map<Subject, Promise<string>>>();

/** Writes the tree's CUDA sources below the workspace, once. Returns the folder's absolute path. */
export function materialise(subject: Subject, workspace: Workspace): Promise<string> {
  let bySubject = written.get(workspace);
  if (!bySubject) {
    bySubject = new Map();
    written.set(workspace, bySubject);
  }
  let folder = bySubject.get(subject);
  if (!folder) {
    folder = write(subject, workspace);
    bySubject.set(subject, folder);
  }
  return folder;
}

async function write({ tree }: Subject, workspace: Workspace): Promise<string> {
  const paths = (await tree.paths()).filter((path) =>
    /^(?:csrc|include)\/.*\.(?:cu|cuh|h|hpp|inl)$/.test(path),
  );
  for (const path of paths) {
    const file = await tree.read(path);
    if (file) await workspace.write(`tree/${path}`, file.text);
  }
  return workspace.path('tree');
}
