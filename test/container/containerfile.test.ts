import { describe, expect, it } from 'vitest';
import { baseImage } from '../../src/container/base-image.js';
import { containerfile } from '../../src/container/containerfile.js';
import type { ImageFacts } from '../../src/container/facts.js';
import type { Part } from '../../src/container/sets.js';
import { vllmFacts } from '../../src/container/sources.js';
import { brokenRules, readContainerfile } from '../support/containerfile-rules.js';

const FACTS: ImageFacts = {
  set: { name: 'spark', cuda: '13.0', arch: '12.1a', torch: '2.10.0', vllm: 'v0.16.0' },
  base: baseImage(undefined, '13.0'),
  parts: new Set<Part>(['vllm']),
  vllm: vllmFacts(['requirements/build.txt', 'use_existing_torch.py']),
  version: '0.16.0+dgx.0123456789ab',
  flashinferLinks: [],
  labels: { 'dgx-patch.set': 'spark', 'dgx-patch.vllm.tree': 'a"b' },
  fetched: [],
  aot: false,
  offline: false,
  snapshot: undefined,
};

const LINKS = [
  { path: '3rdparty/cutlass', url: 'https://example.com/cutlass.git', commit: '1'.repeat(40) },
  { path: '3rdparty/spdlog', url: 'https://example.com/spdlog.git', commit: '2'.repeat(40) },
];

const FETCHED: ImageFacts['fetched'] = [
  {
    name: 'mini-gemm',
    url: 'https://example.com/gemm.git',
    revision: 'v1',
    fixed: false,
    instead: null,
    part: null,
  },
  {
    name: 'mini_kernels',
    url: 'https://example.com/kernels.git',
    revision: 'v2',
    fixed: false,
    instead: 'MINI_SRC_DIR',
    part: 'python/mini',
  },
];

const VARIANTS: Readonly<Record<string, Partial<ImageFacts>>> = {
  'vLLM alone': {},
  'all three projects': { parts: new Set<Part>(['vllm', 'flashinfer', 'cutlass']), flashinferLinks: LINKS },
  'a Rust front end': { vllm: vllmFacts(['requirements/build/cuda.txt', 'rust-toolchain.toml']) },
  'an offline build': {
    parts: new Set<Part>(['vllm', 'flashinfer', 'cutlass']),
    flashinferLinks: LINKS,
    fetched: FETCHED,
    aot: true,
    offline: true,
    vllm: vllmFacts(['requirements/build.txt', 'rust-toolchain.toml', 'tools/install_protoc.sh']),
  },
  'a tuning file': {
    vllm: vllmFacts([
      'requirements/build.txt',
      'vllm/fused_moe/configs/E=1,N=1,device_name=NVIDIA_GB10.json',
    ]),
  },
};

describe.each(Object.entries(VARIANTS))('the Containerfile of %s', (_name, more) => {
  const text = containerfile({ ...FACTS, ...more });

  it('breaks no rule of hadolint', () => {
    expect(brokenRules(text)).toEqual([]);
  });

  it('has both stages, a health check, an entrypoint, and no shorthand for nvcc', () => {
    const stages = readContainerfile(text).flatMap(({ name, text: rest }) =>
      name === 'FROM' ? [rest.split(' ').at(-1)] : [],
    );
    expect(stages).toEqual(
      more.offline
        ? ['base', 'kernels-build', 'kernels', 'build', 'runtime']
        : ['base', 'kernels-build', 'kernels', 'inputs-find', 'inputs', 'build', 'runtime'],
    );
    expect(text).toMatch(/^HEALTHCHECK .*healthcheck\.sh/m);
    expect(text).toMatch(/^ENTRYPOINT \["\/opt\/dgx-patch\/entrypoint\.sh"\]$/m);
    expect(text).not.toContain('NVCC_PREPEND_FLAGS');
  });

  it('builds for the set’s arch, with torch of the set’s CUDA held in place', () => {
    expect(text).toContain('TORCH_CUDA_ARCH_LIST="12.1a"');
    expect(text).toMatch(/pip install (?:--index-url \S+ )?torch==2\.10\.0\+cu130 torchvision torchaudio/);
    expect(text).toContain('PIP_CONSTRAINT=/opt/constraints.txt');
    expect(text).toContain('torch.version.cuda == "13.0"');
    expect(text.indexOf('PIP_CONSTRAINT')).toBeLessThan(text.indexOf('pip install -r'));
  });

  it('ends every RUN that it continues', () => {
    for (const { name, text: rest } of readContainerfile(text))
      if (name === 'RUN') expect(rest).not.toMatch(/&&\s*$/);
  });
});

describe('the Containerfile', () => {
  it('puts the set’s CUTLASS where both look for it, and fetches other submodules by commit', () => {
    const text = containerfile({ ...FACTS, ...VARIANTS['all three projects'] });
    expect(text).toContain('ADD trees/cutlass.tar /src/flashinfer/3rdparty/cutlass/');
    expect(text).toContain('VLLM_CUTLASS_SRC_DIR=/src/cutlass');
    expect(text).toContain(`fetch -q --depth=1 https://example.com/spdlog.git ${'2'.repeat(40)}`);
    expect(text).not.toContain('example.com/cutlass');
  });

  it('takes nothing from a network where all was fetched before, and checks it in each stage', () => {
    const text = containerfile({ ...FACTS, ...VARIANTS['an offline build'] });
    const steps = readContainerfile(text).filter(({ name }) => name === 'RUN' || name === 'ENV');
    for (const step of steps) {
      expect(step.text).not.toMatch(/https?:\/\/|apt-get update|curl -|git -C|--index-url|bash tools/);
      if (/\bpip (?:install|wheel)\b|apt-get/.test(step.text))
        expect(step.text).toContain('target=/prefetched');
    }
    expect(text.match(/sha256sum --check/g)).toHaveLength(2);
    expect(text).toContain('PIP_NO_INDEX=1 PIP_FIND_LINKS=/prefetched/pip');
    expect(text).toContain(
      'ADD prefetched/sources/flashinfer-3rdparty-spdlog.tar /src/flashinfer/3rdparty/spdlog/',
    );
    expect(text).toContain('MINI_SRC_DIR=/src/fetched/mini_kernels/python/mini');
    expect(text).toContain('CMAKE_ARGS="-DFETCHCONTENT_SOURCE_DIR_MINI-GEMM=/src/fetched/mini-gemm"');
    expect(text).toContain('unzip -q -o /prefetched/tools/protoc.zip -d /usr/local');
  });

  it('compiles FlashInfer’s kernels ahead of time, where it is part of the set', () => {
    const parts = new Set<Part>(['vllm', 'flashinfer', 'cutlass']);
    const text = containerfile({ ...FACTS, parts, aot: true });
    expect(text).toContain('python3 -m flashinfer.aot');
    expect(text.indexOf('flashinfer.aot')).toBeLessThan(text.indexOf('FROM base AS runtime'));
    expect(containerfile({ ...FACTS, parts })).not.toContain('flashinfer.aot');
    expect(containerfile({ ...FACTS, aot: true })).not.toContain('flashinfer.aot');
  });

  it('asks the archive of a moment, and names it in the stages that do', () => {
    const text = containerfile({ ...FACTS, snapshot: '20260801T000000Z' });
    expect(text).toContain('APT::Snapshot "20260801T000000Z";');
    expect(text.indexOf('APT::Snapshot')).toBeLessThan(text.indexOf('apt-get update'));
  });

  it('quotes labels', () => {
    expect(containerfile(FACTS)).toContain('dgx-patch.vllm.tree="a\\"b"');
  });

  it('fails without the tuning file that the tree has', () => {
    expect(containerfile({ ...FACTS, ...VARIANTS['a tuning file'] })).toContain('device_name=NVIDIA_GB10*');
    expect(containerfile(FACTS)).not.toContain('NVIDIA_GB10');
  });
});

describe('baseImage', () => {
  it('keeps a digest apart', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(baseImage(`host:5000/a/b:1@${digest}`, '13.0')).toEqual({
      image: `host:5000/a/b:1@${digest}`,
      digest,
    });
  });
  it('asks for an image where no release is known', () => {
    expect(() => baseImage(undefined, '11.8')).toThrow('no base image is known for CUDA 11.8');
  });
});

describe('the rules themselves', () => {
  it.each([
    ['FROM a AS b\nCMD serve', 'DL3025'],
    ['FROM ubuntu', 'DL3006'],
    ['FROM ubuntu:latest', 'DL3007'],
    ['FROM a:1\nRUN apt-get update && apt-get install -y x', 'DL3008'],
    ['FROM a:1\nRUN curl x | sh', 'DL4006'],
    ['FROM a:1\nRUN cd /x && make', 'DL3003'],
    ['FROM a:1\nWORKDIR x', 'DL3000'],
    ['FROM a:1\nADD file /x', 'DL3020'],
    ['FROM a:1\nCOPY --from=nowhere /a /b', 'DL3022'],
    ['FROM a:1\nRUN pip install x', 'DL3042'],
  ])('find %j', (text, rule) => {
    expect(brokenRules(text).map((broken) => broken.split(':')[0])).toContain(rule);
  });
});
