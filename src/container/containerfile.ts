import type { PinSet } from '../pins/pins.js';
import { CACHES, HOME } from '../recipes/run-argv.js';
import type { BaseImage } from './base-image.js';
import type { Part } from './sets.js';
import type { Gitlink, VllmFacts } from './sources.js';

/** All that the Containerfile depends on. */
export interface ImageFacts {
  readonly set: PinSet;
  readonly base: BaseImage;
  readonly parts: ReadonlySet<Part>;
  readonly vllm: VllmFacts;
  readonly version: string;
  readonly flashinferLinks: readonly Gitlink[];
  readonly labels: Readonly<Record<string, string>>;
}

const SYSTEM = [
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
/** What brings protoc: the tree's own script where it pins one, else the distribution. */
const rustTools = ({ rust, protoc }: VllmFacts): string[] =>
  rust ? [protoc ? 'unzip' : 'protobuf-compiler'] : [];

/** Where the stage `kernels` has what it made. */
export const RESULT = '/result';

const SHELL = ['SHELL ["/bin/bash", "-euo", "pipefail", "-c"]'];

/** Caches that outlive a build. They are no part of the image. */
const PIP = '--mount=type=cache,target=/root/.cache/pip,sharing=locked';
const CCACHE = '--mount=type=cache,target=/root/.cache/ccache';

function apt(packages: readonly string[]): string[] {
  return [
    '# The distribution serves one version at a time: a pinned one is gone with the next.',
    '# hadolint ignore=DL3008',
    'RUN apt-get update \\',
    `    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(' ')} \\`,
    '    && rm -rf /var/lib/apt/lists/*',
  ];
}

function kernels(): string[] {
  return [
    'FROM base AS kernels-build',
    'ADD trees/vllm.tar /src/vllm/',
    'COPY kernels/ /src/kernels/',
    'COPY image/check-kernels.sh /src/check-kernels.sh',
    'RUN ["/src/check-kernels.sh", "/src/kernels", "/src/vllm", "/out"]',
    '',
    '# Objects and proof, in a folder of their own: engines put files of theirs at the top.',
    'FROM scratch AS kernels',
    `COPY --from=kernels-build /out/ ${RESULT}/`,
    `COPY lock.json ${RESULT}/`,
  ];
}

/**
 * A value as one word of a RUN line. All are checked where they are read; what a shell or the Containerfile
 * would take for more than a word is a bug there.
 */
function word(value: string): string {
  if (/^[\w@%+=:,./-]+$/.test(value)) return value;
  throw new Error(`${JSON.stringify(value)} cannot stand in a Containerfile`);
}

/** Torch for the set's CUDA. The constraint holds it in place: no later step can put a CPU wheel there. */
function torch({ set }: ImageFacts): string[] {
  const flavour = `cu${set.cuda.replace('.', '')}`;
  const index = `https://download.pytorch.org/whl/${flavour}`;
  const version = set.torch ? `==${word(set.torch.replace(/\+.*/, ''))}+${flavour}` : '';
  return [
    'ENV PATH=/opt/venv/bin:$PATH VIRTUAL_ENV=/opt/venv PIP_DISABLE_PIP_VERSION_CHECK=1',
    `RUN ${PIP} python3 -m venv /opt/venv \\`,
    `    && pip install --index-url ${index} torch${version} torchvision torchaudio \\`,
    "    && pip freeze | grep -E '^(torch|torchvision|torchaudio|triton)==' > /opt/constraints.txt",
    '# The NCCL that torch was built for is the one that is installed: two machines must have one version.',
    'COPY image/check-nccl.py /src/check-nccl.py',
    'RUN python3 /src/check-nccl.py',
    `ENV PIP_CONSTRAINT=/opt/constraints.txt PIP_EXTRA_INDEX_URL=${index}`,
  ];
}

function flashinfer({ set, parts, flashinferLinks }: ImageFacts): string[] {
  if (!parts.has('flashinfer')) return [];
  const lines = ['ADD trees/flashinfer.tar /src/flashinfer/'];
  for (const { path, url, commit } of flashinferLinks) {
    if (path === '3rdparty/cutlass' && parts.has('cutlass')) {
      lines.push('ADD trees/cutlass.tar /src/flashinfer/3rdparty/cutlass/');
      continue;
    }
    const dir = word(`/src/flashinfer/${path}`);
    lines.push(
      `RUN git init -q ${dir} \\`,
      `    && git -C ${dir} fetch -q --depth=1 ${word(url)} ${word(commit)} \\`,
      `    && git -C ${dir} checkout -q FETCH_HEAD`,
    );
  }
  return [
    ...lines,
    `ENV FLASHINFER_CUDA_ARCH_LIST="${set.arch.replaceAll(/[;,]/g, ' ')}"`,
    `RUN ${PIP} pip wheel --no-deps --wheel-dir /wheels /src/flashinfer \\`,
    '    && pip install /wheels/flashinfer*.whl',
    '',
  ];
}

function rust(facts: ImageFacts): string[] {
  if (!facts.vllm.rust) return [];
  return [
    '# The front end of this vLLM is in Rust; the tree names the toolchain.',
    'RUN curl --proto "=https" --tlsv1.2 -fsSL https://sh.rustup.rs | sh -s -- -y --no-modify-path --default-toolchain none',
    'ENV PATH=/root/.cargo/bin:$PATH VLLM_REQUIRE_RUST_FRONTEND=1',
    '',
  ];
}

function vllm({ set, parts, vllm: facts, version }: ImageFacts): string[] {
  const steps = [
    // protoc as the tree pins it.
    ...(facts.rust && facts.protoc ? [`bash ${facts.protoc}`] : []),
    ...(facts.hasUseExistingTorch ? ['python3 use_existing_torch.py'] : []),
    // The set's FlashInfer is installed already; vLLM's own pin would replace it.
    ...(parts.has('flashinfer') ? ["sed -i '/^flashinfer/d' requirements/cuda.txt"] : []),
    `pip install -r ${facts.buildRequirements}`,
    'MAX_JOBS="$(/src/jobs.sh)" NVCC_THREADS=1 pip wheel --no-build-isolation --no-deps --wheel-dir /wheels .',
    'pip install /wheels/vllm*.whl ray',
  ];
  return [
    'ADD trees/vllm.tar /src/vllm/',
    ...(parts.has('cutlass')
      ? ['ADD trees/cutlass.tar /src/cutlass/', 'ENV VLLM_CUTLASS_SRC_DIR=/src/cutlass']
      : []),
    'COPY image/jobs.sh /src/jobs.sh',
    'WORKDIR /src/vllm',
    `ENV TORCH_CUDA_ARCH_LIST="${set.arch}" VLLM_TARGET_DEVICE=cuda CCACHE_DIR=/root/.cache/ccache \\`,
    `    SETUPTOOLS_SCM_PRETEND_VERSION=${word(version)} CMAKE_BUILD_TYPE=Release`,
    `RUN ${PIP} ${CCACHE} ${steps[0]} \\`,
    ...steps.slice(1).map((step, i) => `    && ${step}${i < steps.length - 2 ? ' \\' : ''}`),
    `RUN python3 -c 'import torch; assert torch.version.cuda == "${set.cuda}", torch.version.cuda'`,
  ];
}

function runtime(facts: ImageFacts): string[] {
  const labels = Object.entries(facts.labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [
    'FROM base AS runtime',
    ...SHELL,
    ...apt(SYSTEM),
    'COPY --from=build /opt/venv /opt/venv',
    'COPY image/ image.json lock.json /opt/dgx-patch/',
    '# JIT: nvcc for each kernel takes memory, and triton needs an assembler that knows sm_121a; since 3.6 it reads',
    '# the second variable for GB10, before that the first.',
    `ENV PATH=/opt/venv/bin:$PATH VIRTUAL_ENV=/opt/venv \\`,
    '    TRITON_PTXAS_PATH=/usr/local/cuda/bin/ptxas TRITON_PTXAS_BLACKWELL_PATH=/usr/local/cuda/bin/ptxas \\',
    `    TORCH_CUDA_ARCH_LIST="${facts.set.arch}" FLASHINFER_CUDA_ARCH_LIST="${facts.set.arch.replaceAll(/[;,]/g, ' ')}" MAX_JOBS=4`,
    ...(facts.vllm.hasMoeFile
      ? [
          '# The tuning of the experts for GB10 must have come along with the wheel.',
          "RUN test -n \"$(find /opt/venv -path '*/fused_moe/configs/*' -name '*device_name=NVIDIA_GB10*')\"",
        ]
      : []),
    // What the image is made of, for scanners.
    'RUN python3 /opt/dgx-patch/sbom.py > /opt/dgx-patch/sbom.cdx.json',
    '# No root: any user may run it, and what it keeps is below HOME.',
    `RUN mkdir -p -m 1777 ${HOME} ${HOME}/.cache ${CACHES.map((cache) => `${HOME}/.cache/${cache}`).join(' ')}`,
    `ENV HOME=${HOME} USER=vllm LOGNAME=vllm DGX_PATCH_MODE_FILE=/tmp/dgx-patch-mode`,
    `LABEL ${labels.join(' \\\n      ')}`,
    'USER 1000:1000',
    `WORKDIR ${HOME}`,
    'EXPOSE 8888',
    'HEALTHCHECK --interval=30s --timeout=10s --start-period=15m --retries=3 CMD ["/opt/dgx-patch/healthcheck.sh"]',
    'ENTRYPOINT ["/opt/dgx-patch/entrypoint.sh"]',
    'CMD ["serve"]',
  ];
}

/** The Containerfile of both stages. The same facts give the same text. */
export function containerfile(facts: ImageFacts): string {
  return [
    `# Made by dgx-patch for the set ${facts.set.name}: CUDA ${facts.set.cuda}, arch ${facts.set.arch}.`,
    '# A Spark is arm64: elsewhere, build with --platform linux/arm64.',
    `FROM ${facts.base.image} AS base`,
    'ENV PATH=/usr/local/cuda/bin:$PATH',
    '',
    ...kernels(),
    '',
    'FROM base AS build',
    ...SHELL,
    ...apt([...SYSTEM, ...BUILD, ...rustTools(facts.vllm)]),
    ...torch(facts),
    '',
    ...flashinfer(facts),
    ...rust(facts),
    ...vllm(facts),
    '',
    ...runtime(facts),
    '',
  ].join('\n');
}
