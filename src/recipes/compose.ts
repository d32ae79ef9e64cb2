import { moeFileName } from './moe-file.js';
import type { ResolvedRecipe } from './resolve.js';
import { CACHES, containerCommand, HOME } from './run-argv.js';
import { type Yaml, yaml } from './yaml.js';

export interface ComposeFile {
  readonly name: string;
  readonly text: string;
}

/** A variable that compose expands; `rest` is its default or what it says where there is none. */
const variable = (name: string, rest: string): string => `\${${name}:${rest}}`;

/** Compose expands `$`; a value of ours means it. */
const literal = (value: string): string => value.replaceAll('$', '$$$$');

function service(
  image: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  more: { readonly [key: string]: Yaml } = {},
): Yaml {
  return {
    image,
    command: command.map(literal),
    init: true,
    user: variable('DGX_PATCH_USER', '-1000:1000'),
    network_mode: 'host',
    ipc: 'host',
    restart: 'unless-stopped',
    environment,
    ...more,
    volumes: CACHES.map((cache) => `\${HOME}/.cache/${cache}:${HOME}/.cache/${cache}`),
    deploy: {
      resources: { reservations: { devices: [{ driver: 'nvidia', count: 1, capabilities: ['gpu'] }] } },
    },
  };
}

const OPEN_FILES = { soft: 1048576, hard: 1048576 };

/** RDMA: the device nodes, and memory that may be pinned. */
const RDMA = {
  devices: ['/dev/infiniband:/dev/infiniband'],
  cap_add: ['IPC_LOCK'],
  ulimits: { memlock: { soft: -1, hard: -1 }, nofile: OPEN_FILES },
};

const HEAD_IP = variable('HEAD_IP', '?the address of the head on the fast network');

/** Both of a machine's RDMA ports and its interface are found when the container starts; a variable overrules. */
const NCCL = {
  NCCL_IB_HCA: variable('NCCL_IB_HCA', '-'),
  NCCL_SOCKET_IFNAME: variable('NCCL_SOCKET_IFNAME', '-'),
  NCCL_DEBUG: variable('NCCL_DEBUG', '-WARN'),
};

function heading(resolved: ResolvedRecipe, nodes: number, what: string): string {
  const file = moeFileName(resolved.recipe.moe, nodes);
  return [
    `# ${resolved.recipe.title}: ${what}.`,
    `# Before the first start: mkdir -p ${CACHES.map((cache) => `~/.cache/${cache}`).join(' ')}`,
    '# It runs as 1000:1000 (another user: DGX_PATCH_USER=$(id -u):$(id -g)). Without VLLM_API_KEY it listens on',
    '# this machine alone.',
    ...(nodes === 1 ? [] : [`# Tensor parallel over ${nodes} machines, one GPU each.`]),
    ...(file
      ? [
          `# Triton kernels for the experts look for ${file};`,
          '# experts in NVFP4 or MXFP4 through Marlin do not read it.',
        ]
      : []),
    '',
  ].join('\n');
}

/** Variables that tell the entrypoint what to serve: a worker serves nothing by itself. */
const OF_THE_SERVER = new Set([
  'MODEL',
  'TENSOR_PARALLEL_SIZE',
  'MAX_MODEL_LEN',
  'GPU_MEMORY_UTIL',
  'MAX_NUM_SEQS',
]);

/**
 * Compose files for `nodes` machines: one alone has one; of several, the head, which serves, has one, and the
 * others have another.
 */
export function composeFiles(resolved: ResolvedRecipe, nodes: number, image: string): ComposeFile[] {
  const { env, flags } = containerCommand(resolved);
  const key = { VLLM_API_KEY: variable('VLLM_API_KEY', '-') };
  const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, literal(value)]));
  if (nodes === 1) {
    const alone = service(
      image,
      ['serve', ...flags],
      { ...own, ...key },
      { ulimits: { nofile: OPEN_FILES } },
    );
    return [
      {
        name: 'compose.yaml',
        text: heading(resolved, 1, 'one machine') + yaml({ services: { vllm: alone } }),
      },
    ];
  }
  const head = service(
    image,
    ['serve', ...flags],
    {
      ...own,
      ...key,
      TENSOR_PARALLEL_SIZE: String(nodes),
      HEAD_IP,
      ...NCCL,
    },
    RDMA,
  );
  const shared = Object.fromEntries(Object.entries(own).filter(([name]) => !OF_THE_SERVER.has(name)));
  const worker = service(
    image,
    ['ray-worker'],
    {
      ...shared,
      HEAD_IP,
      WORKER_IP: variable('WORKER_IP', '-'),
      ...NCCL,
    },
    RDMA,
  );
  return [
    {
      name: 'compose.head.yaml',
      text: heading(resolved, nodes, 'the head') + yaml({ services: { vllm: head } }),
    },
    {
      name: 'compose.worker.yaml',
      text: heading(resolved, nodes, `on each of the ${nodes - 1} others`) + yaml({ services: { worker } }),
    },
  ];
}
