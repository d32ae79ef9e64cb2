import type { Holdings } from '../binary/holds.js';
import type { InstalledFixes, OpenedPackage } from '../installed/opened.js';
import type { Judged } from '../judge/review.js';
import { statusDocument } from './document.js';
import { GROUP_WORDS, grouped, reasonOf } from './effects.js';
import { statusText } from './status-text.js';
import { fold, painter } from './text.js';

/** What is shown of one installed package. */
export interface InstalledReport {
  readonly opened: OpenedPackage;
  readonly fixes: InstalledFixes;
  readonly holds: Holdings | undefined;
  /** Folders of JIT modules that were compiled before an edit. */
  readonly stale: readonly { readonly name: string; readonly dir: string }[];
}

const WIDTH = 100;

/** What is judged of the installed files alone, as a report on it. */
export function judgedHere({ target, build, here, full }: InstalledFixes): Judged {
  return { target, build, outcomes: here, full };
}

/** Fixes that change what is compiled, worst first: what comes of leaving one stands before its name. */
function compiledRows({ compiled, target }: InstalledFixes, dim: (text: string) => string): string[] {
  const open = grouped(compiled).filter(([group]) => group !== 'right' && group !== 'absent');
  if (open.length === 0) return [];
  const title = `by the source of ${target.revision}, these need a build (a package that was built from a patched tree has them):`;
  const rows = open.flatMap(([group, own]) => [
    `${GROUP_WORDS[group]}:`,
    ...own.flatMap((outcome) => [
      `  ${outcome.codemod.id}`,
      ...fold(reasonOf(outcome), WIDTH - 4).map((line) => `    ${dim(line)}`),
    ]),
  ]);
  return ['', ...fold(title, WIDTH), ...rows];
}

function unseenRows({ unseen, target }: InstalledFixes): string[] {
  if (unseen.length === 0) return [];
  const { project, revision } = target;
  const ids = unseen.map(({ id }) => id).join(', ');
  const title = `not judged, it needs the source of ${revision} (--mirror ${project}=<git directory>):`;
  return ['', title, ...fold(ids, WIDTH - 4).map((line) => `    ${line}`)];
}

/** The rows of `status`: what can be applied in place, then what cannot, then what is compiled. */
export function installedText(
  { opened, fixes, holds }: InstalledReport,
  colour: boolean,
  verbose = false,
): string {
  const { dim } = painter(colour);
  const { kind, version, dir } = opened.found;
  return [
    statusText(judgedHere(fixes), colour, { verbose }).trimEnd(),
    ...compiledRows(fixes, dim),
    ...unseenRows(fixes),
    '',
    `installed: ${kind.distribution} ${version} in ${dir}`,
    ...(holds?.sentences ?? []).map((sentence) => `compiled:  ${sentence}`),
    '',
  ].join('\n');
}

/** The document of `--json`: that of `status`, with where the package is and what cannot be done in place. */
export function installedDocument({ opened, fixes, holds, stale }: InstalledReport): object {
  const { target, build, here, compiled, unseen } = fixes;
  const { found } = opened;
  return {
    ...statusDocument({ target, build, outcomes: [...here, ...compiled] }),
    dir: found.dir,
    installed: { distribution: found.kind.distribution, version: found.version },
    needsBuild: compiled.map(({ codemod }) => codemod.id),
    needsSource: unseen.map(({ id }) => id),
    ...(holds === undefined ? {} : { holds }),
    stale: stale.map(({ dir }) => dir),
  };
}
