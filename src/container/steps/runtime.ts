import { CACHES, HOME } from '../../recipes/run-argv.js';
import type { ImageFacts } from '../facts.js';
import { system } from './system.js';
import { checkSums, SHELL } from './words.js';

/** The image that serves. */
export function runtime(facts: ImageFacts): string[] {
  const labels = Object.entries(facts.labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [
    'FROM base AS runtime',
    ...SHELL,
    ...checkSums(facts.offline),
    ...system(facts, 'base'),
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
