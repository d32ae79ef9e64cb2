import { homedir, userInfo } from 'node:os';
import type { ResolvedRecipe } from './resolve.js';
import type { PlainSetting } from './schema.js';

/** What a container of a recipe is started with, whoever starts it. */
export interface ContainerCommand {
  readonly env: Readonly<Record<string, string>>;
  /** Arguments behind the mode `serve`. */
  readonly flags: readonly string[];
}

function flagWords(setting: PlainSetting): string[] {
  if (!('flag' in setting)) return [];
  if (setting.value === undefined) return [setting.flag];
  return [
    setting.flag,
    typeof setting.value === 'object' ? JSON.stringify(setting.value) : String(setting.value),
  ];
}

/** The recipe in the words of the entrypoint: its variables, and flags as arguments, which no shell splits. */
export function containerCommand({ recipe, settings }: ResolvedRecipe): ContainerCommand {
  const { serve } = recipe;
  const env: Record<string, string> = {
    MODEL: recipe.model,
    MAX_MODEL_LEN: String(serve.maxModelLen),
    GPU_MEMORY_UTIL: String(serve.gpuMemoryUtilization),
    MAX_NUM_SEQS: String(serve.maxNumSeqs),
    TENSOR_PARALLEL_SIZE: String(recipe.nodes),
  };
  for (const setting of settings) if ('env' in setting) env[setting.env] = setting.value;
  return { env, flags: settings.flatMap(flagWords) };
}

/** The home of who serves in an image. */
export const HOME = '/home/vllm';

/** Folders of the host that a container keeps models and compiled kernels in. */
export const CACHES = ['huggingface', 'vllm', 'flashinfer'] as const;

/** Where the host keeps it. It must be there before a container starts: an engine would make it root's. */
export const hostCache = (cache: string): string => `${homedir()}/.cache/${cache}`;

/** The command line that serves a recipe on one machine. */
export function runArgv(
  engine: 'docker' | 'podman',
  image: string,
  resolved: ResolvedRecipe,
  detach: boolean,
): string[] {
  const { env, flags } = containerCommand(resolved);
  const { uid, gid } = userInfo();
  // Podman without root maps the user itself.
  const user = engine === 'docker' ? ['--user', `${uid}:${gid}`] : ['--userns', 'keep-id'];
  const gpus = engine === 'docker' ? ['--gpus', 'all'] : ['--device', 'nvidia.com/gpu=all'];
  return [
    engine,
    'run',
    ...(detach ? ['--detach'] : ['--rm']),
    ...['--name', resolved.recipe.name, '--init', '--network', 'host', '--ipc', 'host', ...user, ...gpus],
    ...['--ulimit', 'memlock=-1', '--ulimit', 'nofile=1048576:1048576'],
    ...CACHES.flatMap((cache) => ['--volume', `${hostCache(cache)}:${HOME}/.cache/${cache}`]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    // Its value comes from the environment of the engine, and is in no command line.
    ...['--env', 'VLLM_API_KEY'],
    image,
    'serve',
    ...flags,
  ];
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
