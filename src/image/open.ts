import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, type EngineName, findEngine } from '../container/engine.js';
import { Failure } from '../failure.js';
import { buildahStore } from './buildah.js';
import { dockerStore } from './docker.js';
import { filesOf, type ImageFiles, targetsIn } from './files.js';
import type { ImageFacts, Store } from './store.js';
import { TarError } from './tar-reader.js';

/** An image whose packages were copied out. */
export interface OpenedImage {
  readonly store: Store;
  readonly ref: string;
  readonly facts: ImageFacts;
  readonly files: ImageFiles;
  /** The folder of packages, on this machine. */
  readonly site: string;
  /** The packages there, as targets: `vllm@installed`. */
  readonly targets: readonly string[];
}

const storeOf = (engine: Engine): Store =>
  engine.name === 'buildah' ? buildahStore(engine) : dockerStore(engine);

/** The one folder that holds packages of ours, or the one that was named. */
function chooseSite({ sites }: ImageFiles, ref: string, named: string | undefined): string {
  const wanted = named?.replace(/^\/+|\/+$/g, '');
  const found = sites.filter((site) => wanted === undefined || site === wanted);
  if (found.length === 1) return found[0]!;
  const all = sites.map((site) => `/${site}`).join(', ');
  throw new Failure(
    'unavailable',
    sites.length === 0
      ? `${ref} holds no vLLM, FlashInfer or CUTLASS DSL in a site-packages folder`
      : `${ref} holds packages in ${all}`,
    {
      next:
        sites.length === 0
          ? 'check the name of the image; an editable installation is patched as a source tree'
          : 'choose one with --site-packages',
    },
  );
}

/** Copies the packages of an image out for `work`; what was copied is gone afterwards. Nothing of it is run. */
export async function withImage<T>(
  ref: string,
  options: { readonly engine: EngineName | undefined; readonly sitePackages: string | undefined },
  work: (image: OpenedImage) => Promise<T>,
): Promise<T> {
  const store = storeOf(await findEngine(options.engine));
  const facts = await store.inspect(ref);
  const dir = await mkdtemp(join(tmpdir(), 'dgx-patch-image-'));
  try {
    const files = await store.read(ref, (tar) => filesOf(tar, dir));
    const site = chooseSite(files, ref, options.sitePackages);
    const targets = await targetsIn(files, site);
    return await work({ store, ref, facts, files, site: join(dir, site), targets });
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    throw new Failure('unavailable', `the files of ${ref} cannot be read: ${error.message}`, {
      next: 'check that the image is complete, for example by running it',
      cause: error,
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
