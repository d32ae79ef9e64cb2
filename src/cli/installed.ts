import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { applyOutcomes } from '../apply/apply.js';
import { withLock } from '../apply/mutex.js';
import type { Receipt } from '../apply/receipt.js';
import { recover } from '../apply/recover.js';
import { revert } from '../apply/revert.js';
import { openFolder, type TreeRoot } from '../apply/tree-root.js';
import { editedFiles } from '../codemod/plan.js';
import { BLOCKING, exitOf } from '../codemod/verdict.js';
import { EXIT, Failure } from '../failure.js';
import { type CachedModule, clearModules, jitCacheFolder, staleModules } from '../installed/jit-cache.js';
import { findFlashInfer, type PlaceOptions } from '../installed/package.js';
import { checkInstalled, pinOf } from '../installed/state.js';
import type { Judged } from '../judge/review.js';
import { patch } from '../patch/write.js';
import type { Pin } from '../pins/pins.js';
import { statusDocument } from '../report/document.js';
import { statusText } from '../report/text.js';
import { FolderTree } from '../tree/folder-tree.js';
import type { Io } from './io.js';
import type { CommonOptions } from './options.js';
import { judgeFor, type Request, readRequest } from './request.js';
import { toolVersion } from './version.js';

const INSTALLED = 'flashinfer@installed';

export interface InstalledOptions extends PlaceOptions {
  readonly clearJitCache?: boolean;
}

/** Options that commands on an installed package take. */
export function addInstalledOptions(command: Command): Command {
  return command
    .option('--python <file>', `with ${INSTALLED}: the interpreter of the environment`)
    .option('--site-packages <dir>', `with ${INSTALLED}: the folder that packages are in`);
}

export function isInstalled(targets: readonly string[] | undefined): boolean {
  if (!targets?.includes(INSTALLED)) return false;
  if (targets.length === 1) return true;
  throw new Failure('usage', `${INSTALLED} is a target of its own`, {
    next: 'run the command once a target',
  });
}

interface Opened {
  readonly request: Request;
  readonly root: TreeRoot;
  readonly pin: Pin;
  readonly target: Receipt['target'];
}

async function openInstalled(options: CommonOptions & InstalledOptions): Promise<Opened> {
  const request = await readRequest(options);
  const found = await findFlashInfer(options);
  const pin = pinOf(found, request.pins, request.set?.flashinfer);
  const target = { project: 'flashinfer' as const, revision: pin.name, commit: pin.commit };
  return { request, root: await openFolder(found.dir), pin, target };
}

/** Judges the package's own files. */
async function judge({ request, root, pin, target }: Opened): Promise<Judged> {
  const subject = { project: 'flashinfer', pin, tree: new FolderTree(root.dir) } as const;
  return { target, ...(await judgeFor(subject, request)) };
}

const blocked = ({ outcomes }: Judged): boolean => outcomes.some(({ verdict }) => BLOCKING.has(verdict));

/** Modules of the JIT cache that the receipt's edits made stale. */
async function staleOf(root: TreeRoot, receipt: Receipt | undefined): Promise<CachedModule[]> {
  const files = receipt?.files.map(({ path }) => path) ?? [];
  return files.length === 0 ? [] : staleModules(jitCacheFolder(), root.dir, files);
}

function staleText(stale: readonly CachedModule[], cleared: boolean): string {
  if (stale.length === 0) return '';
  const names = stale.map(({ name }) => name).join(', ');
  if (cleared) return `JIT cache: ${stale.length} modules removed (${names})\n`;
  return `JIT cache: ${stale.length} modules are stale (${names})\n  next:    run it again with --clear-jit-cache\n`;
}

export async function statusInstalled(options: CommonOptions & InstalledOptions, io: Io): Promise<number> {
  const opened = await openInstalled(options);
  const judged = await judge(opened);
  const stale = await staleOf(opened.root, await checkInstalled(opened.root, opened.pin));
  const document = { ...statusDocument(judged), dir: opened.root.dir, stale: stale.map(({ dir }) => dir) };
  io.out(options.json ? `${JSON.stringify(document, null, 2)}\n` : statusText(judged, io.colour));
  if (!options.json) io.out(staleText(stale, false));
  return exitOf(judged.outcomes);
}

/** The patch that `apply` would make of the package, relative to its folder. */
export async function diffInstalled(options: CommonOptions & InstalledOptions, io: Io): Promise<number> {
  const opened = await openInstalled(options);
  const judged = await judge(opened);
  const tree = new FolderTree(opened.root.dir);
  io.out(Buffer.from(patch(await editedFiles(judged.outcomes, (path) => tree.read(path))), 'latin1'));
  return exitOf(judged.outcomes);
}

function appliedText(dir: string, ids: readonly string[], receipt: Receipt | undefined): string {
  if (ids.length === 0) return `${dir}: nothing to do, ${receipt?.fixes.length ?? 0} fixes are applied\n`;
  const back = `  take it back with: dgx-patch revert --target ${INSTALLED} --site-packages ${dirname(dir)}`;
  return [`${dir}: ${ids.length} fixes applied`, ...ids.map((id) => `  ${id}`), back, ''].join('\n');
}

export async function applyInstalled(options: CommonOptions & InstalledOptions, io: Io): Promise<number> {
  const opened = await openInstalled(options);
  const { request, root, pin, target } = opened;
  return withLock(join(root.state, 'lock'), async () => {
    if (await recover(root)) io.err(`${root.dir}: an interrupted run was undone first\n`);
    const earlier = await checkInstalled(root, pin);
    const judged = await judge(opened);
    if (blocked(judged)) {
      io.out(
        options.json ? `${JSON.stringify(statusDocument(judged), null, 2)}\n` : statusText(judged, io.colour),
      );
      io.err('nothing was written: some of the fixes cannot be applied; leave them out with --skip\n');
      return exitOf(judged.outcomes);
    }
    const { build, outcomes } = judged;
    const fresh = outcomes.filter(({ verdict }) => verdict === 'needed');
    const receipt = await applyOutcomes({
      root,
      tree: new FolderTree(root.dir),
      target,
      build,
      outcomes,
      options: request.fixOptions,
      head: undefined,
      earlier,
      tool: toolVersion(),
    });
    const stale = await staleOf(root, receipt);
    if (options.clearJitCache) await clearModules(stale);
    const cleared = options.clearJitCache === true;
    const document = {
      ...statusDocument(judged),
      dir: root.dir,
      receipt,
      stale: stale.map(({ dir }) => dir),
      cleared,
    };
    if (options.json) io.out(`${JSON.stringify(document, null, 2)}\n`);
    else {
      const ids = fresh.map(({ codemod }) => codemod.id);
      io.out(appliedText(root.dir, ids, receipt) + staleText(stale, cleared));
    }
    return EXIT.done;
  });
}

/** Takes the fixes back. The JIT cache is stale after that as well: the modules were built from edited files. */
export async function revertInstalled(
  options: InstalledOptions & { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const { dir } = await findFlashInfer(options);
  const root = await openFolder(dir);
  return withLock(join(root.state, 'lock'), async () => {
    if (await recover(root)) io.err(`${dir}: an interrupted run was undone first\n`);
    const receipt = await revert(root);
    const stale = await staleOf(root, receipt);
    if (options.clearJitCache) await clearModules(stale);
    const { files, fixes, target } = receipt;
    if (options.json) io.out(`${JSON.stringify({ dir, target, fixes, files }, null, 2)}\n`);
    else {
      io.out(`${dir}: ${fixes.length} fixes taken back, ${files.length} files as they were\n`);
      io.out(staleText(stale, options.clearJitCache === true));
    }
    return EXIT.done;
  });
}
