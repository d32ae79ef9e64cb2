import { type ImageFacts, TORCH_FAMILY, torchIndex, torchRequirement } from '../facts.js';
import { RESULT } from './kernels.js';
import { buildPackages, INSTALL, SYSTEM } from './system.js';
import { requirements } from './vllm.js';
import { run, SHELL } from './words.js';

/** What `image/resolve.py` is asked to find: `request.json` of the context. */
export function inputsRequest(facts: ImageFacts): object {
  const { vllm, parts } = facts;
  return {
    torch: { index: torchIndex(facts), requirements: [torchRequirement(facts), ...TORCH_FAMILY] },
    // Lists below /src, and the build systems that pip would make room for.
    lists: [
      'vllm/requirements/cuda.txt',
      `vllm/${vllm.buildRequirements}`,
      ...(parts.has('flashinfer') ? ['flashinfer/requirements.txt'] : []),
    ],
    buildSystems: parts.has('flashinfer') ? ['flashinfer/pyproject.toml'] : [],
    requirements: ['ray', 'setuptools', 'wheel'],
    protoc: vllm.rust && vllm.protoc ? `vllm/${vllm.protoc}` : null,
    rust: vllm.rust ? 'vllm/rust-toolchain.toml' : null,
  };
}

const PRINT = 'apt-get install --print-uris -qq -y --no-install-recommends -o Acquire::ForceHash=SHA256';

/**
 * Finds what the build would fetch, in the base image and so for its platform: names and hashes, and nothing of it
 * is kept. Packages are asked for before the first is installed.
 */
export function inputs(facts: ImageFacts): string[] {
  const all = [...SYSTEM, ...buildPackages(facts.vllm)];
  return [
    'FROM base AS inputs-find',
    ...SHELL,
    '# hadolint ignore=DL3008',
    ...run(
      '',
      'apt-get update',
      `${PRINT} ${SYSTEM.join(' ')} > /src-apt-base.txt`,
      `${PRINT} ${all.join(' ')} > /src-apt-all.txt`,
      `${INSTALL} ${SYSTEM.join(' ')}`,
      'rm -rf /var/lib/apt/lists/*',
    ),
    'ADD trees/vllm.tar /src/vllm/',
    ...(facts.parts.has('flashinfer') ? ['ADD trees/flashinfer.tar /src/flashinfer/'] : []),
    'COPY image/resolve.py request.json /src/',
    'WORKDIR /src/vllm',
    ...run(
      '',
      'python3 -m venv /opt/venv',
      ...requirements(facts),
      'mkdir /out',
      '/opt/venv/bin/python /src/resolve.py --request /src/request.json --src /src --apt-base /src-apt-base.txt --apt-all /src-apt-all.txt > /out/files.json',
    ),
    '',
    'FROM scratch AS inputs',
    `COPY --from=inputs-find /out/ ${RESULT}/`,
  ];
}
