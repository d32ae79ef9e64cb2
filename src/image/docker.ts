import type { Engine } from '../container/engine.js';
import { Failure } from '../failure.js';
import { feeding, type ImageFacts, must, reading, type Store } from './store.js';

interface Inspected {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Created: string;
  readonly Config?: {
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
  };
  readonly RootFS?: { readonly Layers?: readonly string[] };
}

function factsOf({ Id, RepoDigests, Created, Config, RootFS }: Inspected): ImageFacts {
  return {
    id: Id.startsWith('sha256:') ? Id : `sha256:${Id}`,
    digest: RepoDigests?.[0]?.replace(/^.*@/, ''),
    created: Created,
    labels: Config?.Labels ?? {},
    layers: RootFS?.Layers ?? [],
    hasCommand: (Config?.Cmd?.length ?? 0) + (Config?.Entrypoint?.length ?? 0) > 0,
  };
}

/** Docker and podman speak the same words. A container is made, and never started. */
export function dockerStore({ name, env }: Engine): Store {
  const within = async <T>(
    ref: string,
    command: readonly string[],
    work: (id: string) => Promise<T>,
  ): Promise<T> => {
    const id = (await must([name, 'create', '--pull', 'never', ref, ...command], env)).split('\n').at(-1)!;
    try {
      return await work(id);
    } finally {
      await must([name, 'rm', id], env);
    }
  };
  return {
    async inspect(ref) {
      const next = `fetch it first: ${name} pull ${ref}`;
      const [first] = JSON.parse(await must([name, 'image', 'inspect', ref], env, next)) as Inspected[];
      if (!first) throw new Failure('unavailable', `${name} has no image ${ref}`, { next });
      return factsOf(first);
    },
    read: (ref, work) => within(ref, ['none'], (id) => reading([name, 'export', id], env, work)),
    commit: (ref, { hasCommand }, layer, labels, tag) =>
      within(ref, hasCommand ? [] : ['none'], async (id) => {
        // Owners are those of the layer, not the image's user.
        const archive = name === 'podman' ? ['-a=false'] : [];
        await feeding([name, 'cp', ...archive, '-', `${id}:/`], env, layer);
        const changes = [
          ...Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`),
          ...(hasCommand ? [] : ['CMD []']),
        ];
        await must([name, 'commit', ...changes.flatMap((change) => ['--change', change]), id, tag], env);
      }),
    tag: async (ref, tag) => void (await must([name, 'tag', ref, tag], env)),
  };
}
