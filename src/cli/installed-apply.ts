import { isWritable } from '../apply/disk.js';
import type { Receipt } from '../apply/receipt.js';
import { EXIT, Failure } from '../failure.js';
import { keep, keyOf, stillRight } from '../installed/checked.js';
import { clearModules } from '../installed/jit-cache.js';
import { isBlocked, type OpenedPackage, toApply } from '../installed/opened.js';
import { findInstalled, type InstalledPackage } from '../installed/package.js';
import { missing, rightIds } from '../installed/required.js';
import { checkInstalled } from '../installed/state.js';
import { alone, revertInstalled as takeBack, applyInstalled as write } from '../installed/write.js';
import { installedDocument, installedText, judgedHere } from '../report/installed-text.js';
import { leftOutText } from '../report/text.js';
import {
  type InstalledOptions,
  installedProjects,
  judgePackage,
  staleOf,
  staleText,
  withPackages,
} from './installed.js';
import type { Io } from './io.js';
import type { CommonOptions } from './options.js';
import { type Request, readRequest } from './request.js';
import { toolVersion } from './version.js';

export interface ApplyInstalledOptions extends CommonOptions, InstalledOptions {
  /** Say nothing and end at once where there is nothing to do. */
  readonly ifNeeded?: boolean;
}

function undone(found: InstalledPackage, io: Io): () => void {
  return () => io.err(`${found.dir}: an interrupted run was undone first\n`);
}

function appliedText(
  { kind, site, dir }: InstalledPackage,
  ids: readonly string[],
  receipt?: Receipt,
): string {
  if (ids.length === 0) return `${dir}: nothing to do, ${receipt?.fixes.length ?? 0} fixes are applied\n`;
  const back = `  take it back with: dgx-patch revert --target ${kind.project}@installed --site-packages ${site}`;
  return [`${dir}: ${ids.length} fixes applied`, ...ids.map((id) => `  ${id}`), back, ''].join('\n');
}

/** Names what was asked for, for the next run with the same question. */
export function questionOf(
  { pins, wish, selection, fixOptions, set, full }: Request,
  { mirror }: Pick<CommonOptions, 'mirror'>,
): string {
  return keyOf([toolVersion(), pins, wish, selection, fixOptions, set, full, mirror]);
}

async function applyTo(
  opened: OpenedPackage,
  request: Request,
  options: ApplyInstalledOptions,
  io: Io,
): Promise<number> {
  const { found } = opened;
  // What cannot be written may still need nothing: a container with a root file system that is read-only.
  const writable = await isWritable(found.dir);
  const run = <T>(work: () => Promise<T>) => (writable ? alone(found, undone(found, io), work) : work());
  return run(async () => {
    const earlier = await checkInstalled(found);
    const fixes = await judgePackage(opened, request);
    const report = { opened, fixes, holds: undefined, stale: [] };
    if (isBlocked(fixes)) {
      const document = () => `${JSON.stringify(installedDocument(report), null, 2)}\n`;
      io.out(options.json ? document() : installedText(report, io.colour));
      io.err('nothing was written: some of the fixes cannot be applied; leave them out with --skip\n');
      return EXIT.blocked;
    }
    const { target, build } = fixes;
    const outcomes = toApply(fixes);
    const needed = outcomes.filter(({ verdict }) => verdict === 'needed');
    if (!writable && needed.length > 0) {
      throw new Failure('tree', `${found.dir} cannot be written`, {
        why: 'a read-only file system, or the folder of another user',
        next: `it needs ${needed.map(({ codemod }) => codemod.id).join(', ')}: apply them where it is made`,
      });
    }
    const receipt = await write({
      found,
      target,
      build,
      outcomes,
      options: request.fixOptions,
      earlier,
      tool: toolVersion(),
    });
    const fresh = needed.map(({ codemod }) => codemod.id);
    const right = rightIds(fixes);
    await keep(found, questionOf(request, options), fixes, receipt);
    const stale = await staleOf(found, receipt);
    const cleared = options.clearJitCache === true;
    if (cleared) await clearModules(stale);
    if (options.json) {
      const document = { ...installedDocument({ ...report, stale }), receipt: receipt ?? null, cleared };
      io.out(`${JSON.stringify(document, null, 2)}\n`);
    } else if (!options.ifNeeded || fresh.length > 0) {
      io.out(appliedText(found, fresh, receipt) + leftOutText(judgedHere(fixes)) + staleText(stale, cleared));
    }
    const lacking = missing(request.required, new Set(right), fixes);
    for (const line of lacking) io.err(`required, and not there: ${line}\n`);
    return lacking.length > 0 ? EXIT.blocked : EXIT.done;
  });
}

/** True where an earlier run answered the same question of every package, and all that is required is right. */
async function isDone(request: Request, options: ApplyInstalledOptions): Promise<boolean> {
  const key = questionOf(request, options);
  const right = new Set<string>();
  for (const project of installedProjects(request.targets)) {
    const own = await stillRight(await findInstalled(project, options), key);
    if (!own) return false;
    for (const id of own) right.add(id);
  }
  return request.required.every((id) => right.has(id));
}

export async function applyInstalled(options: ApplyInstalledOptions, io: Io): Promise<number> {
  const request = await readRequest(options);
  const { required } = request;
  if (options.ifNeeded && !options.json && (await isDone(request, options))) return EXIT.done;
  const own = new Set<string>(installedProjects(request.targets));
  const strange = required.find((id) => !own.has(id.slice(0, id.indexOf('/'))));
  if (strange !== undefined) {
    throw new Failure('usage', `${strange} is required, but its package is no target`, {
      next: `--target ${strange.slice(0, strange.indexOf('/'))}@installed`,
    });
  }
  const codes = await withPackages(request, options, io, async (opened) => {
    const { project } = opened.found.kind;
    const own = { ...request, required: required.filter((id) => id.startsWith(`${project}/`)) };
    return applyTo(opened, own, options, io);
  });
  return Math.max(...codes);
}

/** Takes the fixes back. The JIT cache is stale after that as well: its modules were built from edited files. */
export async function revertInstalled(
  targets: readonly string[],
  options: InstalledOptions & { readonly json?: boolean },
  io: Io,
): Promise<number> {
  for (const project of installedProjects(targets)) {
    const found = await findInstalled(project, options);
    const receipt = await alone(found, undone(found, io), () => takeBack(found));
    const stale = await staleOf(found, receipt);
    const cleared = options.clearJitCache === true;
    if (cleared) await clearModules(stale);
    const { files, fixes, target } = receipt;
    const { dir } = found;
    if (options.json) io.out(`${JSON.stringify({ dir, target, fixes, files }, null, 2)}\n`);
    else {
      io.out(`${dir}: ${fixes.length} fixes taken back, ${files.length} files as they were\n`);
      io.out(staleText(stale, cleared));
    }
  }
  return EXIT.done;
}
