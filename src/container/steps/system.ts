import type { ImageFacts } from '../facts.js';
import type { VllmFacts } from '../sources.js';
import { AWAY, mounts, run } from './words.js';

/** What serves. */
export const SYSTEM = [
  'ca-certificates',
  'curl',
  'g++',
  'git',
  'iproute2',
  'libibverbs1',
  'ibverbs-providers',
  'libnuma1',
  'python3',
  'python3-dev',
  'python3-venv',
];
const BUILD = ['ccache', 'cmake', 'libibverbs-dev', 'libnuma-dev', 'make', 'ninja-build'];

/** What compiles, besides. Of protoc, the tree's own script or archive brings one where it pins one. */
export const buildPackages = ({ rust, protoc }: VllmFacts): string[] => [
  ...BUILD,
  ...(rust ? [protoc ? 'unzip' : 'protobuf-compiler'] : []),
];

export const INSTALL = 'DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends';

/** Installs packages: of the distribution's archive, or of the folders that were fetched before. */
export function system(facts: ImageFacts, which: 'base' | 'build'): string[] {
  if (facts.offline) {
    const folders = which === 'base' ? ['base'] : ['base', 'build'];
    const files = folders.map((folder) => `${AWAY}/apt/${folder}/*.deb`).join(' ');
    return ['# hadolint ignore=DL3008', ...run(mounts(true), `${INSTALL} ${files}`)];
  }
  const packages = which === 'base' ? SYSTEM : [...SYSTEM, ...buildPackages(facts.vllm)];
  return [
    '# The distribution serves one version at a time: a pinned one is gone with the next.',
    '# hadolint ignore=DL3008',
    ...run('', 'apt-get update', `${INSTALL} ${packages.join(' ')}`, 'rm -rf /var/lib/apt/lists/*'),
  ];
}

/** Ubuntu’s archive as it was at a moment, for every later step. */
export const snapshot = (moment: string | undefined): string[] =>
  moment === undefined ? [] : [`RUN echo 'APT::Snapshot "${moment}";' > /etc/apt/apt.conf.d/50snapshot`];
