import { stat } from 'node:fs/promises';
import { Failure } from '../failure.js';
import { findPin, type Pin, type Pins } from '../pins/pins.js';
import { didYouMean } from '../source/nearest.js';
import { checkAlternates } from '../tree/alternates.js';
import { BlobFetcher } from '../tree/blob-fetcher.js';
import { GitTree } from '../tree/git-tree.js';
import { ObjectReader, type Objects } from '../tree/object-reader.js';
import type { Readers } from '../tree/readers.js';
import type { Mirrors } from './mirrors.js';
import { fetchCommit } from './network.js';
import { isUrl, parseTarget, type TargetSpec } from './spec.js';

/** A target whose commit is known and whose files can be read. Call `close` when done. */
export interface Target extends TargetSpec {
  readonly commit: string;
  readonly pin: Pin | undefined;
  readonly tree: GitTree;
  /** The git directory that holds the commit. */
  readonly dir: string;
  /** Set where `dir` is a cache that lacks blobs: the URL to fetch the whole commit from. */
  readonly url: string | undefined;
  close(): void;
}

export interface ResolveOptions {
  readonly mirrors: Mirrors;
  readonly pins: Pins;
  /** A checkout whose objects are looked into before the mirrors. */
  readonly folder?: string | undefined;
  readonly progress?: (line: string) => void;
  /** Given by who opens many targets: one process a mirror for all of them. */
  readonly readers?: Readers;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function commitOf(reader: Objects, revision: string): Promise<string | undefined> {
  const object = await reader.read(`${revision}^{commit}`);
  if (object?.type === 'commit') return object.oid;
  // Digits alone: with `^{commit}`, git calls missing what is ambiguous.
  if (/^[0-9a-f]{4,39}$/.test(revision)) await reader.read(revision);
  return undefined;
}

function checkAgainstPin(pin: Pin | undefined, commit: string, where: string): void {
  if (pin && pin.commit !== commit) {
    throw new Failure(
      'unavailable',
      `${pin.project}@${pin.name} is pinned to ${pin.commit}, but ${where} has ${commit}`,
      {
        why: 'the tag was moved, or the mirror is not a copy of the upstream repository',
        next: `check the mirror, or name the commit itself: ${pin.project}@${commit}`,
      },
    );
  }
}

/** Looks a revision up in a local git directory. Undefined where it does not have it. */
async function openLocal(
  dir: string,
  spec: TargetSpec,
  pin: Pin | undefined,
  readers: Readers | undefined,
): Promise<Target | undefined> {
  if (!(await isFolder(dir))) {
    throw new Failure('unavailable', `the mirror ${dir} is not a folder`, {
      next: `check --mirror ${spec.project}=… and DGX_PATCH_MIRRORS`,
    });
  }
  await checkAlternates(dir);
  const reader = readers?.open(dir) ?? new ObjectReader(dir);
  try {
    // A tag in the mirror is compared with the pin's commit; a pin's own name is no revision of git's.
    const asTyped =
      spec.revision === pin?.name && spec.revision !== pin.tag
        ? undefined
        : await commitOf(reader, spec.revision);
    const commit = asTyped ?? (pin && (await commitOf(reader, pin.commit)));
    if (!commit) {
      reader.close();
      return undefined;
    }
    checkAgainstPin(pin, commit, dir);
    const tree = new GitTree(dir, commit, reader);
    return { ...spec, commit, pin, tree, dir, url: undefined, close: () => tree.close() };
  } catch (error) {
    reader.close();
    if (error instanceof Failure && /not a git repository/i.test(error.message)) {
      throw new Failure('unavailable', `${dir} is not a git repository`, {
        next: `check --mirror ${spec.project}=… and DGX_PATCH_MIRRORS`,
      });
    }
    throw error;
  }
}

async function openRemote(
  url: string,
  spec: TargetSpec,
  pin: Pin | undefined,
  options: ResolveOptions,
): Promise<Target> {
  const wanted = pin?.commit ?? spec.revision;
  const fetched = await fetchCommit(url, spec.project, wanted, options.progress ?? (() => {}));
  const tree = new GitTree(fetched.dir, fetched.commit, undefined, new BlobFetcher(fetched.dir));
  return { ...spec, commit: fetched.commit, pin, tree, dir: fetched.dir, url, close: () => tree.close() };
}

function notFound(spec: TargetSpec, pin: Pin | undefined, tried: readonly string[], pins: Pins): Failure {
  const { project, revision } = spec;
  const named = `${project}@${revision}`;
  if (pin) {
    return new Failure(
      'unavailable',
      `${named} is ${pin.commit.slice(0, 12)}, which is not in ${tried.join(', ')}`,
      {
        why: 'the mirror is older than the pin, or another repository of the project',
        next: `git fetch there, add another mirror (--mirror ${project}=…), or give none: then it is fetched`,
      },
    );
  }
  const names = pins.pins.filter((one) => one.project === project).map((one) => one.name);
  return new Failure('unavailable', `${named} was not found in ${tried.join(', ')}`, {
    why: didYouMean(revision, names) ?? 'the revision is misspelt, or newer than the mirror',
    next: `known pins of ${project}: ${names.join(', ') || 'none'}`,
  });
}

/** Finds the commit that a target means, and opens its files. */
export async function resolveTarget(text: string, options: ResolveOptions): Promise<Target> {
  const spec = parseTarget(text);
  if (spec.revision === 'installed') {
    throw new Failure('usage', `${text} is not a git revision`, {
      next: 'use a command that takes an installed target, for example: dgx-patch status --target flashinfer@installed',
    });
  }
  const pin = findPin(options.pins, spec.project, spec.revision);
  const own =
    options.folder === undefined ? undefined : await openLocal(options.folder, spec, pin, options.readers);
  if (own) return own;
  const given = options.mirrors.get(spec.project) ?? [];
  let unreached: unknown;
  for (const location of given) {
    if (isUrl(location)) {
      // The next mirror may have what this one has not.
      const target = await openRemote(location, spec, pin, options).catch((error) => {
        if (!(error instanceof Failure)) throw error;
        unreached ??= error;
      });
      if (target) return target;
    } else {
      const target = await openLocal(location, spec, pin, options.readers);
      if (target) return target;
    }
  }
  if (given.length > 0) throw unreached ?? notFound(spec, pin, given, options.pins);
  const repository = options.pins.projects[spec.project]?.repository;
  if (!repository) throw new Failure('usage', `the pins file names no repository for ${spec.project}`);
  return openRemote(repository, spec, pin, options);
}
