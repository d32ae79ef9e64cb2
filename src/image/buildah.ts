import type { Engine } from '../container/engine.js';
import { type ImageFacts, must, packageFolders, reading, type Store } from './store.js';

interface Inspected {
  readonly FromImageID: string;
  readonly FromImageDigest?: string;
  readonly OCIv1?: {
    readonly created?: string;
    readonly config?: {
      readonly Labels?: Readonly<Record<string, string>> | null;
      readonly Cmd?: readonly string[] | null;
      readonly Entrypoint?: readonly string[] | null;
    };
    readonly rootfs?: { readonly diff_ids?: readonly string[] | null };
  };
}

function factsOf({ FromImageID, FromImageDigest, OCIv1 }: Inspected): ImageFacts {
  const config = OCIv1?.config;
  return {
    id: `sha256:${FromImageID}`,
    digest: FromImageDigest || undefined,
    created: OCIv1?.created ?? new Date(0).toISOString(),
    labels: config?.Labels ?? {},
    layers: OCIv1?.rootfs?.diff_ids ?? [],
    hasCommand: (config?.Cmd?.length ?? 0) + (config?.Entrypoint?.length ?? 0) > 0,
  };
}

/** Buildah has no daemon and no export: its working containers are mounted. */
export function buildahStore({ env }: Engine): Store {
  const within = async <T>(ref: string, work: (id: string) => Promise<T>): Promise<T> => {
    const id = (await must(['buildah', 'from', '--pull-never', ref], env)).split('\n').at(-1)!;
    try {
      return await work(id);
    } finally {
      await must(['buildah', 'rm', id], env);
    }
  };
  const mount = (id: string): Promise<string> =>
    must(['buildah', 'mount', id], env, 'run it as root, or below: buildah unshare');
  return {
    inspect: async (ref) =>
      factsOf(
        JSON.parse(
          await must(
            ['buildah', 'inspect', '--type', 'image', ref],
            env,
            `fetch it first: buildah pull ${ref}`,
          ),
        ),
      ),
    read: (ref, work) =>
      within(ref, async (id) => {
        const root = await mount(id);
        const folders = await packageFolders(root);
        // An archive of nothing still has its end.
        const names = folders.length > 0 ? folders : ['--files-from', '/dev/null'];
        return reading(['tar', '--numeric-owner', '-C', root, '-cf', '-', ...names], env, work);
      }),
    commit: (ref, { created }, layer, labels, tag) =>
      within(ref, async (id) => {
        await must(['tar', '--numeric-owner', '-C', await mount(id), '-xpf', layer], env);
        await must(['buildah', 'umount', id], env);
        for (const [key, value] of Object.entries(labels)) {
          await must(['buildah', 'config', '--label', `${key}=${value}`, id], env);
        }
        const time = String(Math.floor(Date.parse(created) / 1000));
        await must(['buildah', 'commit', '--quiet', '--timestamp', time, id, tag], env);
      }),
    tag: async (ref, tag) => void (await must(['buildah', 'tag', ref, tag], env)),
  };
}
