import type { Command } from 'commander';
import type { Receipt } from '../apply/receipt.js';
import { Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { type CachedModule, jitCacheFolder, staleModules } from '../installed/jit-cache.js';
import { fixesOf, type InstalledFixes, type OpenedPackage } from '../installed/opened.js';
import { findInstalled, type InstalledPackage } from '../installed/package.js';
import type { PlaceOptions } from '../installed/place.js';
import { originOf } from '../installed/source.js';
import type { PinSet } from '../pins/pins.js';
import { parseTarget } from '../revision/spec.js';
import type { Project } from '../source/project.js';
import type { Io } from './io.js';
import type { Request } from './request.js';

export interface InstalledOptions extends PlaceOptions {
  readonly clearJitCache?: boolean;
}

/** Options that commands on an installed package take. */
export function addInstalledOptions(command: Command): Command {
  return command
    .option('--python <file>', 'with <project>@installed: the interpreter of the environment')
    .option('--site-packages <dir>', 'with <project>@installed: the folder that packages are in');
}

const isInstalledName = (name: string): boolean => name.endsWith('@installed');

/** True where the targets are installed packages. They and revisions of git are not mixed. */
export function isInstalled(targets: readonly string[] | undefined): boolean {
  const own = targets?.filter(isInstalledName) ?? [];
  if (own.length === 0) return false;
  if (own.length === targets!.length) return true;
  throw new Failure('usage', `${own[0]} cannot stand beside a revision of git`, {
    next: 'run the command once a kind of target',
  });
}

/** The projects of installed targets, as they were typed. */
export function installedProjects(targets: readonly string[]): Project[] {
  return targets.filter(isInstalledName).map((name) => parseTarget(name).project);
}

/** What is installed must be what the set has. */
function checkMember({ kind, version, revision }: InstalledPackage, set: PinSet | undefined): void {
  const wanted = set?.[kind.project];
  if (wanted === undefined || wanted === revision) return;
  throw new Failure('tree', `${kind.title} ${version} is installed, but the set has ${wanted}`, {
    next: `install that version: pip install ${kind.distribution}==${wanted.replace(/^v/, '')}`,
  });
}

/** Opens the installed packages of a request for `work`, one after the other. */
export async function withPackages<T>(
  request: Request,
  place: PlaceOptions,
  io: Io,
  work: (opened: OpenedPackage) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const project of installedProjects(request.targets)) {
    const found = await findInstalled(project, place);
    checkMember(found, request.set);
    const { pins, mirrors } = request;
    const origin = await originOf(found, { pins, mirrors, progress: io.progress });
    try {
      results.push(await work({ found, origin }));
    } finally {
      origin.source?.close();
    }
  }
  return results;
}

/** Judges an opened package with the request's fixes and build. */
export function judgePackage(opened: OpenedPackage, request: Request): Promise<InstalledFixes> {
  const { fixes, wish, set, selection, fixOptions, full } = request;
  const { cuda = set?.cuda, arch = set?.arch } = wish;
  const codemods = selectCodemods(fixes, opened.found.kind.project, selection);
  return fixesOf(opened, codemods, { cuda, arch }, fixOptions, full);
}

/** Modules of FlashInfer's JIT cache that a receipt's edits made stale. */
export async function staleOf(
  { dir, kind }: InstalledPackage,
  receipt: Receipt | undefined,
): Promise<CachedModule[]> {
  if (kind.project !== 'flashinfer' || !receipt) return [];
  const prefix = `${kind.folder}/`;
  const own = receipt.files.map(({ path }) => path).filter((path) => path.startsWith(prefix));
  return staleModules(
    jitCacheFolder(),
    dir,
    own.map((path) => path.slice(prefix.length)),
  );
}

export function staleText(stale: readonly CachedModule[], cleared: boolean): string {
  if (stale.length === 0) return '';
  const names = stale.map(({ name }) => name).join(', ');
  if (cleared) return `JIT cache: ${stale.length} modules removed (${names})\n`;
  return `JIT cache: ${stale.length} modules are stale (${names})\n  next:    run it again with --clear-jit-cache\n`;
}
