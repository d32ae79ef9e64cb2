import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeSpace, SPACE } from '../container/space.js';
import type { Finding, Surroundings } from './finding.js';

/** What one compiler of these kernels takes, in GiB. */
const COMPILER = 6;

const gib = (kib: number): string => `${(kib / 2 ** 20).toFixed(1)} GiB`;

/** Memory and swap. On GB10 the GPU has no memory of its own: a model and a build take from the same. */
export async function checkMemory({ root }: Surroundings): Promise<Finding> {
  const check = 'memory';
  const text = await readFile(join(root, 'proc/meminfo'), 'utf8').catch(() => '');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? NaN);
  const [total, available, swap, swapFree] = ['MemTotal', 'MemAvailable', 'SwapTotal', 'SwapFree'].map(
    kib,
  ) as [number, number, number, number];
  if (Number.isNaN(available)) {
    return { check, state: 'unknown', cause: '/proc/meminfo cannot be read', evidence: [] };
  }
  const evidence = [
    `${gib(available)} of ${gib(total)} are available, for processor and GPU together`,
    swap > 0 ? `swap: ${gib(swap - swapFree)} of ${gib(swap)} in use` : 'swap: none',
  ];
  const jobs = Math.floor(available / 2 ** 20 / COMPILER);
  if (jobs < 1) {
    return {
      check,
      state: 'wrong',
      cause: `a compiler of these kernels takes about ${COMPILER} GiB: a build, or a kernel compiled at run time, is killed`,
      evidence,
      next: 'stop the server that holds the memory, or give it less: --gpu-memory-utilization',
    };
  }
  return { check, state: 'ok', cause: `there is room for ${jobs} compilers at once`, evidence };
}

/** Room for an image and its build. */
export async function checkDisk(free = freeSpace): Promise<Finding> {
  const check = 'disk';
  const left = await free('.');
  const evidence = [
    `${left.toFixed(0)} GiB are free here; the image that serves takes about ${SPACE.runtime} to build`,
  ];
  if (left >= SPACE.runtime) return { check, state: 'ok', cause: 'there is room for an image', evidence };
  return {
    check,
    state: 'wrong',
    cause: 'there is too little room to build the image that serves',
    evidence,
    next: 'docker system prune, or build on another disk',
  };
}

/** GB10's processor is arm64. */
export function checkProcessor(arch: string = process.arch): Finding {
  const check = 'processor';
  const cause =
    arch === 'arm64'
      ? 'arm64, as a Spark'
      : `${arch}: what is built here runs on a Spark only if it is built for linux/arm64 (--platform)`;
  return { check, state: 'ok', cause, evidence: [] };
}

/** Ports for several Sparks. One alone needs none. */
export async function checkRdma({ root }: Surroundings): Promise<Finding> {
  const check = 'rdma';
  const below = join(root, 'sys/class/infiniband');
  const ports: string[] = [];
  for (const device of await readdir(below).catch(() => [])) {
    for (const port of await readdir(join(below, device, 'ports')).catch(() => [])) {
      const state = await readFile(join(below, device, 'ports', port, 'state'), 'utf8').catch(() => '');
      ports.push(`${device}:${port} ${state.trim().replace(/^\d+: /, '') || 'unknown'}`);
    }
  }
  const active = ports.filter((port) => port.endsWith('ACTIVE')).length;
  if (ports.length === 0)
    return { check, state: 'ok', cause: 'no RDMA device: one machine is all that can work', evidence: [] };
  if (active > 0)
    return { check, state: 'ok', cause: `${active} of ${ports.length} RDMA ports are up`, evidence: ports };
  return {
    check,
    state: 'unknown',
    cause: 'no RDMA port is up: two machines would talk over sockets, which is slow',
    evidence: ports,
    next: 'for two Sparks, connect them and give the ports addresses; for one, nothing',
  };
}
