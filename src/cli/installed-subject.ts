import { selectCodemods } from '../fixes/choose.js';
import { type OpenedPackage, toApply, treeOf } from '../installed/opened.js';
import { rootOf } from '../installed/package.js';
import { checkInstalled } from '../installed/state.js';
import type { Subject } from '../verify/rung.js';
import { patchedSubject, plannedSubject } from '../verify/subject.js';
import { judgePackage } from './installed.js';
import type { Request } from './request.js';

/** What is proved of an installed package: what was applied to it, else what would be. */
export async function installedSubject(opened: OpenedPackage, request: Request): Promise<Subject> {
  const { found } = opened;
  const tree = treeOf(opened);
  const receipt = await checkInstalled(found);
  if (receipt) {
    const codemods = selectCodemods(request.fixes, found.kind.project, request.selection);
    const subject = patchedSubject({ root: rootOf(found), receipt, tree }, codemods);
    const prefix = `${found.kind.folder}/`;
    // The list of hashes follows the edits; it is no source.
    return { ...subject, edited: subject.edited.filter((path) => path.startsWith(prefix)) };
  }
  const fixes = await judgePackage(opened, request);
  const { target, build } = fixes;
  const { project } = found.kind;
  return plannedSubject({
    target: { ...target, project, tree },
    build,
    outcomes: toApply(fixes),
    options: request.fixOptions,
  });
}
