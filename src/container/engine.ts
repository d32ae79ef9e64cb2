import { Failure } from '../failure.js';
import { type ProcessResult, runProcess } from './process.js';

export const ENGINES = ['docker', 'podman', 'buildah'] as const;
export type EngineName = (typeof ENGINES)[number];

/** An engine that answers. */
export interface Engine {
  readonly name: EngineName;
  /** Where it keeps images. */
  readonly storage: string;
  /** False for docker's old builder, which knows no cache mounts. */
  readonly cacheMounts: boolean;
  readonly env: Readonly<Record<string, string>>;
}

export interface BuildRequest {
  readonly context: string;
  readonly stage: string;
  readonly tag: string;
  readonly platform: string | undefined;
  readonly network: string | undefined;
}

const INFO: Readonly<Record<EngineName, readonly string[]>> = {
  docker: ['docker', 'info', '--format', '{{.DockerRootDir}}'],
  podman: ['podman', 'info', '--format', '{{.Store.GraphRoot}}'],
  buildah: ['buildah', 'info', '--format', '{{index .store "GraphRoot"}}'],
};

/** Docker has BuildKit as a plug-in; before version 23 the client had it built in, behind a variable. */
async function dockerBuilder(): Promise<Pick<Engine, 'cacheMounts' | 'env'>> {
  if ((await runProcess(['docker', 'buildx', 'version'])).code === 0) return { cacheMounts: true, env: {} };
  const { stdout } = await runProcess(['docker', 'version', '--format', '{{.Client.Version}}']);
  const builtIn = Number.parseInt(stdout, 10) < 23;
  return { cacheMounts: builtIn, env: { DOCKER_BUILDKIT: builtIn ? '1' : '0' } };
}

function absent(name: EngineName, { code, stderr }: ProcessResult): Failure {
  if (code === 127) {
    return new Failure('unavailable', `${name} was not found`, {
      next: `install ${name}, choose another with --engine, or write the context alone: --context-only <dir>`,
    });
  }
  return new Failure('unavailable', `${name} does not answer: ${stderr.trim().split('\n').at(-1) ?? ''}`, {
    why: name === 'docker' ? 'the daemon is not running, or you may not use it' : undefined,
    next: name === 'docker' ? 'start it with: systemctl start docker' : `try: ${INFO[name].join(' ')}`,
  } as { why?: string; next: string });
}

async function probe(name: EngineName): Promise<Engine | Failure> {
  const info = await runProcess(INFO[name]);
  // A docker client without its daemon ends well, and prints nothing.
  if (info.code !== 0 || info.stdout.trim() === '') return absent(name, info);
  const builder = name === 'docker' ? await dockerBuilder() : { cacheMounts: true, env: {} };
  return { name, storage: info.stdout.trim(), ...builder };
}

/** The engine of that name, or the first that answers. */
export async function findEngine(name: EngineName | undefined): Promise<Engine> {
  if (name) {
    const engine = await probe(name);
    if (engine instanceof Failure) throw engine;
    return engine;
  }
  const reasons: string[] = [];
  for (const candidate of ENGINES) {
    const engine = await probe(candidate);
    if (!(engine instanceof Failure)) return engine;
    reasons.push(engine.message);
  }
  throw new Failure('unavailable', 'no container engine answers', {
    why: reasons.join('; '),
    next: 'install docker, podman or buildah, or write the context alone: --context-only <dir>',
  });
}

/** The command line of a build. */
export function buildArgv(engine: EngineName, request: BuildRequest): string[] {
  return [
    engine,
    'build',
    ...['--file', `${request.context}/Containerfile`],
    ...['--target', request.stage],
    ...['--tag', request.tag],
    ...(request.platform ? ['--platform', request.platform] : []),
    ...(request.network ? ['--network', request.network] : []),
    request.context,
  ];
}

/** Copies a folder of an image out of it, without running anything of it. */
export async function copyOut(
  { name, env }: Engine,
  image: string,
  folder: string,
  dir: string,
): Promise<void> {
  const must = async (argv: readonly string[]): Promise<string> => {
    const result = await runProcess(argv, { env });
    if (result.code === 0) return result.stdout.trim().split('\n').at(-1)!;
    throw new Failure('unavailable', `${argv.slice(0, 2).join(' ')} failed: ${result.stderr.trim()}`);
  };
  if (name === 'buildah') {
    const container = await must(['buildah', 'from', '--pull-never', image]);
    try {
      await must(['cp', '-R', `${await must(['buildah', 'mount', container])}${folder}/.`, dir]);
    } finally {
      await must(['buildah', 'rm', container]);
    }
    return;
  }
  const container = await must([name, 'create', image, 'none']);
  try {
    await must([name, 'cp', `${container}:${folder}/.`, dir]);
  } finally {
    await must([name, 'rm', container]);
  }
}
