import type { ImageFacts } from '../facts.js';
import { AWAY, CCACHE, mounts, PIP, run, word } from './words.js';

const RUST = '/src/rust';

/** The toolchain that the tree names: of rustup, or the archive that was fetched before. */
function rust({ vllm, offline }: ImageFacts): string[] {
  if (!vllm.rust) return [];
  const environment = 'ENV PATH=/root/.cargo/bin:$PATH VLLM_REQUIRE_RUST_FRONTEND=1';
  const said = '# The front end of this vLLM is in Rust; the tree names the toolchain.';
  if (offline) {
    return [
      said,
      ...run(
        mounts(true),
        `mkdir ${RUST}`,
        `tar -xf ${AWAY}/tools/rust.tar.xz --strip-components=1 --directory ${RUST}`,
        `${RUST}/install.sh --prefix=/root/.cargo --components=rustc,cargo,rust-std-"$(uname -m)"-unknown-linux-gnu`,
        `rm -rf ${RUST}`,
      ),
      environment,
      '',
    ];
  }
  const rustup = 'https://sh.rustup.rs';
  return [
    said,
    `RUN curl --proto "=https" --tlsv1.2 -fsSL ${rustup} | sh -s -- -y --no-modify-path --default-toolchain none`,
    environment,
    '',
  ];
}

/** protoc as the tree pins it. */
function protoc({ vllm, offline }: ImageFacts): string[] {
  if (!vllm.rust || vllm.protoc === undefined) return [];
  return [offline ? `unzip -q -o ${AWAY}/tools/protoc.zip -d /usr/local` : `bash ${vllm.protoc}`];
}

/** The projects that CMake fetches, where they were fetched before: CMake is told the folder of each. */
function folders({ fetched, offline }: ImageFacts): string[] {
  if (!offline) return [];
  const variables: string[] = [];
  const options: string[] = [];
  const lines = fetched.map(({ name, instead, part }) => {
    const folder = word(`/src/fetched/${name}`);
    if (instead === null) options.push(`-DFETCHCONTENT_SOURCE_DIR_${word(name.toUpperCase())}=${folder}`);
    else variables.push(`${word(instead)}=${folder}${part === null ? '' : `/${word(part)}`}`);
    return `ADD prefetched/sources/${word(name)}.tar ${folder}/`;
  });
  if (options.length > 0) variables.push(`CMAKE_ARGS="${options.join(' ')}"`);
  return [...lines, ...(variables.length > 0 ? [`ENV ${variables.join(' \\\n    ')}`] : [])];
}

/** vLLM's package, of the patched tree. */
export function vllm(facts: ImageFacts): string[] {
  const { set, parts, vllm: tree, version, offline } = facts;
  return [
    ...rust(facts),
    'ADD trees/vllm.tar /src/vllm/',
    ...(parts.has('cutlass')
      ? ['ADD trees/cutlass.tar /src/cutlass/', 'ENV VLLM_CUTLASS_SRC_DIR=/src/cutlass']
      : []),
    ...folders(facts),
    'WORKDIR /src/vllm',
    `ENV TORCH_CUDA_ARCH_LIST="${set.arch}" VLLM_TARGET_DEVICE=cuda CCACHE_DIR=/root/.cache/ccache \\`,
    `    SETUPTOOLS_SCM_PRETEND_VERSION=${word(version)} CMAKE_BUILD_TYPE=Release`,
    ...run(
      mounts(offline, PIP, CCACHE),
      ...protoc(facts),
      ...requirements(facts),
      `pip install -r ${tree.buildRequirements}`,
      'MAX_JOBS="$(/src/jobs.sh)" NVCC_THREADS=1 pip wheel --no-build-isolation --no-deps --wheel-dir /wheels .',
      'pip install /wheels/vllm*.whl ray',
    ),
    `RUN python3 -c 'import torch; assert torch.version.cuda == "${set.cuda}", torch.version.cuda'`,
  ];
}

/** Makes the tree's lists of requirements those of this image. */
export function requirements({ vllm: tree, parts }: ImageFacts): string[] {
  return [
    ...(tree.hasUseExistingTorch ? ['python3 use_existing_torch.py'] : []),
    // The set's FlashInfer is installed already; vLLM's own pin would replace it.
    ...(parts.has('flashinfer') ? ["sed -i '/^flashinfer/d' requirements/cuda.txt"] : []),
  ];
}
