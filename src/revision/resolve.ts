import { stat } from 'node:fs/promises';
import { Failure } from '../failure.js';
import { findPin, type Pin, type Pins } from '../pins/pins.js';
import { checkAlternates } from '../tree/alternates.js';
import { BlobFetcher } from '../tree/blob-fetcher.js';
import { GitTree } from '../tree/git-tree.js';
import { ObjectReader } from '../tree/object-reader.js';
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
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function commitOf(reader: ObjectReader, revision: string): Promise<string | undefined> {
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
async function openLocal(dir: string, spec: TargetSpec, pin: Pin | undefined): Promise<Target | undefined> {
  if (!(await isFolder(dir))) {
    throw new Failure('unavailable', `the mirror ${dir} is not a folder`, {
      next: `check --mirror ${spec.project}=… and DGX_PATCH_MIRRORS`,
    });
  }
  await checkAlternates(dir);
  const reader = new ObjectReader(dir);
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

function notFound(spec: TargetSpec, tried: readonly string[], pins: Pins): Failure {
  const pin = findPin(pins, spec.project, spec.revision);
  if (pin) {
    return new Failure(
      'unavailable',
      `${spec.project}@${spec.revision} is a pin, but ${tried.join(', ')} lacks its commit ${pin.commit.slice(0, 12)}`,
      {
        why: 'the mirror is older than the pin, or lacks the branch that it is on',
        next: `give one more that has it: --mirror ${spec.project}=<git directory>; or leave --mirror out, to fetch it`,
      },
    );
  }
  const names = pins.pins.filter((pin) => pin.project === spec.project).map((pin) => pin.name);
  return new Failure('unavailable', `${spec.project}@${spec.revision} was not found in ${tried.join(', ')}`, {
    why: 'the revision is misspelt, or newer than the mirror',
    next: `known pins of ${spec.project}: ${names.join(', ') || 'none'}`,
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
  const own = options.folder === undefined ? undefined : await openLocal(options.folder, spec, pin);
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
      const target = await openLocal(location, spec, pin);
      if (target) return target;
    }
  }
  if (given.length > 0) throw unreached ?? notFound(spec, given, options.pins);
  const repository = options.pins.projects[spec.project]?.repository;
  if (!repository) throw new Failure('usage', `the pins file names no repository for ${spec.project}`);
  return openRemote(repository, spec, pin, options);
}
