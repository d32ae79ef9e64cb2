import { moeFileName } from './moe-file.js';
import type { ResolvedRecipe } from './resolve.js';
import { CACHES, containerCommand } from './run-argv.js';
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
): Yaml {
  return {
    image,
    command: command.map(literal),
    init: true,
    network_mode: 'host',
    ipc: 'host',
    restart: 'unless-stopped',
    environment,
    // RDMA: the device nodes, and memory that may be pinned.
    devices: ['/dev/infiniband:/dev/infiniband'],
    cap_add: ['IPC_LOCK'],
    ulimits: { memlock: { soft: -1, hard: -1 }, nofile: { soft: 1048576, hard: 1048576 } },
    volumes: CACHES.map((cache) => `\${HOME}/.cache/${cache}:/root/.cache/${cache}`),
    deploy: {
      resources: { reservations: { devices: [{ driver: 'nvidia', count: 1, capabilities: ['gpu'] }] } },
    },
  };
}

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
    `# Tensor parallel over ${nodes} machines, one GPU each.`,
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

/** Compose files for `nodes` machines: one for the head, which serves, and one for each of the others. */
export function composeFiles(resolved: ResolvedRecipe, nodes: number, image: string): ComposeFile[] {
  const { env, flags } = containerCommand(resolved);
  const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, literal(value)]));
  const head = service(image, ['serve', ...flags], {
    ...own,
    TENSOR_PARALLEL_SIZE: String(nodes),
    HEAD_IP,
    ...NCCL,
  });
  const shared = Object.fromEntries(Object.entries(own).filter(([name]) => !OF_THE_SERVER.has(name)));
  const worker = service(image, ['ray-worker'], {
    ...shared,
    HEAD_IP,
    WORKER_IP: variable('WORKER_IP', '-'),
    ...NCCL,
  });
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
