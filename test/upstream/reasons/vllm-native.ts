import type { BuildGraph, KernelGroup } from '../../../src/evaluate/graph.js';
import type { Claim, Sentence } from './claim.js';

const CONVERSION = /cvt\.rn\.satfinite\.e2m1x2\.f32/;
const bare = (text: string): string => text.replace(/\s+/g, '');
const isTwelve = (arch: string): boolean => arch.startsWith('12.');
const forTwelve = ({ groups }: BuildGraph): KernelGroup[] =>
  groups.filter(({ archs }) => archs.some(isTwelve));

/** The numbers of a sentence about gates, counted anew by what is said of each. */
function countsGates({ sites }: Sentence, [all, closed, open]: readonly number[]): string | undefined {
  const gates = sites.filter(({ what }) => !/^enable_sm120_family is/.test(what));
  const wrong = gates.filter(({ state }) => state === 'wrong');
  const unbounded = wrong.filter(({ what }) => /^\([^<]*>=? ?\d+\)/.test(what)).length;
  const counted = [gates.length, wrong.length - unbounded, unbounded];
  return String(counted) === String([all, closed, open]) ? undefined : `counted: ${counted}`;
}

/** What reasons about vLLM's build and its CUDA sources claim. */
export const VLLM_NATIVE: readonly Claim[] = [
  {
    fix: 'vllm/software-e2m1',
    says: /^the conversion asm is reached on plain sm_121/,
    note: /^the asm is reached on plain sm_121/,
  },
  { fix: 'vllm/software-e2m1', says: /^the asm is reached on plain sm_121$/, at: CONVERSION },

  {
    fix: 'vllm/capability-routing',
    says: /^no gate for 12\.0: /,
    nowhere: [
      ['enable_sm120|_sm120|SM120', 'csrc'],
      ['== 120|\\b12, 0\\b', 'csrc/moe/marlin_moe_wna16', 'csrc/quantization/gptq_marlin'],
    ],
  },
  {
    fix: 'vllm/capability-routing',
    says: /^the one gate for 12\.0 lets later families in$/,
    check: (_scene, _match, sentence) => countsGates(sentence, [1, 0, 1]),
  },
  {
    fix: 'vllm/capability-routing',
    says: /^of (\d+) gates for 12\.0, (?:(\d+) leaves? 12\.1 out)?(?: and )?(?:(\d+) lets? later families in)?$/,
    check: (_scene, match, sentence) =>
      countsGates(
        sentence,
        match.slice(1).map((part) => Number(part ?? 0)),
      ),
  },
  {
    fix: 'vllm/capability-routing',
    says: /^(\(.+\)) leads to (?:(cutlass_\w+|run_\w+)|an SM120 kernel)$/,
    async check(scene, [, condition, kernel], { sites: [site] }) {
      const text = (await scene.around(site!, [1, 12])) ?? '';
      if (!bare(text).includes(bare(condition!))) return `${site!.path}:${site!.line} has no ${condition}`;
      return kernel && !text.includes(kernel) ? `${kernel} is not called there` : undefined;
    },
  },
  {
    fix: 'vllm/capability-routing',
    says: /^enable_sm120_only compiles no kernel for 12\.1$/,
    at: /\benable_sm120_only\b/,
    holds: [['__CUDA_ARCH__ == 1200', 'csrc/*common.hpp']],
  },
  {
    fix: 'vllm/capability-routing',
    says: /^enable_sm120_family compiles the kernel for 12\.0 and 12\.1$/,
    at: /\benable_sm120_family\b/,
    holds: [['__CUDA_ARCH__ >= 1200 && __CUDA_ARCH__ < 1300', 'csrc/*common.hpp']],
  },
  {
    fix: 'vllm/capability-routing',
    says: /^enable_sm120_family is not defined$/,
    nowhere: [['enable_sm120_family', 'csrc']],
    at: /\benable_sm120_only\b/,
  },
  {
    fix: 'vllm/capability-routing',
    says: /^W4A8-FP8 is admitted on 8\.9 and 12\.0 only$/,
    at: /\b(?:89|120|8, 9|12, 0)\b/,
    not: /\b121\b|\b12, 1\b|_family\(120/,
    lines: [3, 3],
  },
  {
    fix: 'vllm/capability-routing',
    says: /^W4A8-FP8 is admitted on 8\.9, 12\.0 and 12\.1$/,
    at: /\b(?:89|8, 9)\b[\s\S]*(?:\b12[01]\b|\b12, 1\b|\b12\b|family)/,
    lines: [3, 6],
  },

  {
    fix: 'vllm/cuda-arch-lists',
    says: /^(?:the arch list becomes ([\d.;af]+)(?:, and |$))?(?:(\d+) groups of SM100 kernels count as built for 12\.x \((.+?) is SM100 code and counts as built for 12\.x\)(?:, and |$)|(.+?) is SM100 code and counts as built for 12\.x(?:, and |$))?(?:(\d+) of \d+ SM12x kernel groups are not built as asked for \((.+)\)|(\S+) is (?:built for|not built).*)?$/,
    async check(scene, [whole, archs, , foreign, one, many, first, single]) {
      if (whole === '') return 'it says nothing';
      const graph = await scene.cmake();
      if (archs !== undefined && graph.cudaArchs.join(';') !== archs)
        return `the arch list becomes ${graph.cudaArchs.join(';')}`;
      for (const name of [foreign, one, first?.split(' is ')[0], single].filter((at) => at !== undefined)) {
        const stem = new RegExp(`/?${name.replace(/[.+]/g, '\\$&').replace(/\*/g, '.*')}$`);
        const group = graph.groups.find(({ sources }) => sources.some((source) => stem.test(source)));
        const built = group?.archs.some((arch) => /^12\.1/.test(arch));
        if (built && name !== foreign && name !== one) return `${name} is built for 12.1`;
      }
      const right = forTwelve(graph).filter(({ archs: own }) => own.some((arch) => /^12\.1a?$/.test(arch)));
      return many !== undefined && archs !== undefined && right.length > 0
        ? 'a group is built for 12.1'
        : undefined;
    },
  },
  {
    fix: 'vllm/cuda-arch-lists',
    says: /^all (\d+) SM12x kernel groups are built for ([\d.af, ]+): the requested arch is honoured$/,
    async check(scene, [, count, archs]) {
      const { groups, cudaArchs } = await scene.cmake();
      const own = groups.filter(({ archs: built }) => built.some((arch) => /^12\.\d[af]/.test(arch)));
      if (!cudaArchs.includes('12.1a')) return `the arch list is ${cudaArchs}`;
      const named = archs!.split(', ');
      const other = own
        .flatMap(({ archs: built }) => built.filter(isTwelve))
        .find((arch) => !named.includes(arch));
      return other ?? (own.length < Number(count) ? `${own.length} groups` : undefined);
    },
  },
  { fix: 'vllm/cuda-arch-lists', says: /^the supported archs$/, at: /CUDA_SUPPORTED_ARCHS/, lines: [0, 0] },
  { fix: 'vllm/cuda-arch-lists', says: /^a list of SM100 kernels$/, at: /\b10\.\d/, lines: [0, 1] },
  { fix: 'vllm/cuda-arch-lists', says: /^a list of SM12x kernels$/, at: /\b12\.\d/, lines: [0, 1] },
  { fix: 'vllm/cuda-arch-lists', says: /^a test of such a list$/, at: /MATCHES.*12/, lines: [0, 0] },
  { fix: 'vllm/cuda-arch-lists', says: /^the list of (\w+)$/, at: /\b$1\b.*12\./, lines: [0, 1] },
  {
    fix: 'vllm/cuda-arch-lists',
    says: /^CMakeLists\.txt, CUDA 13\.0, 12\.1a: CUDA_ARCHS=(\S*); (\d+) kernel groups$/,
    async check(scene, [, archs, count]) {
      const graph = await scene.cmake();
      const said = `${graph.cudaArchs.join(';')} ${graph.groups.length}`;
      return said === `${archs} ${count}` ? undefined : said;
    },
  },

  {
    fix: 'vllm/nvfp4-kernel-list',
    says: /^CMakeLists\.txt has no list of NVFP4 kernels for SM12x$/,
    nowhere: [['NVFP4_SM120|fp4\\S*sm120', 'CMakeLists.txt']],
  },
  {
    fix: 'vllm/nvfp4-kernel-list',
    says: /^the quantisation of experts \(nvfp4_experts_quant\.cu\) is left out of SM12x builds$/,
    note: /^nvfp4_experts_quant\.cu is not built for SM12x|compiled in for SM100 only$/,
  },
  {
    fix: 'vllm/nvfp4-kernel-list',
    says: /^every NVFP4 source with code for SM12x is in the list of its kernels$/,
    async check(scene, _match, { sites }) {
      const sm120 = (await scene.paths()).filter((path) => /^csrc\/.*\/fp4\/\w*sm120\w*\.cu$/.test(path));
      const names = sm120.map((path) => path.split('/').at(-1)!);
      return names.find((name) => !sites.some(({ what }) => what === `${name} is built for SM12x`));
    },
  },
  { fix: 'vllm/nvfp4-kernel-list', says: /^(\w+\.cu) is built for SM12x$/, at: /^[^)]*\b$1/ },
  {
    fix: 'vllm/nvfp4-kernel-list',
    says: /^(\w+\.cu) is not built for SM12x$/,
    at: /^\s*set\(/,
    not: /^[^)]*\b$1/,
  },
  {
    fix: 'vllm/nvfp4-kernel-list',
    says: /^(ENABLE_\w+) reaches (\w+)$/,
    async check(scene, [, flag, name]) {
      const target = (await scene.cmake()).targets.find((one) => one.name === name);
      return target?.flags.some((one) => one.endsWith(`${flag}=1`)) ? undefined : 'it does not';
    },
  },
  {
    fix: 'vllm/nvfp4-kernel-list',
    says: /^the experts quantisation is compiled in for SM100 only$/,
    at: /ENABLE_NVFP4_SM100/,
    not: /SM120/,
    lines: [0, 1],
  },
  {
    fix: 'vllm/nvfp4-kernel-list',
    says: /^the experts quantisation is compiled in with SM120 kernels alone$/,
    at: /ENABLE_(?:NVFP4|CUTLASS_MOE)_SM120/,
    lines: [0, 2],
  },

  {
    fix: 'vllm/dispatcher-flag',
    says: /^CMakeLists\.txt builds no SM120 kernel with a dispatcher beside it for 12\.1a$/,
    async check(scene) {
      const built = forTwelve(await scene.cmake()).flatMap(({ sources }) => sources);
      return built.find((source) => /scaled_mm\w*_sm120/.test(source));
    },
  },
  {
    fix: 'vllm/dispatcher-flag',
    says: /^every dispatcher is compiled with its flag$/,
    check: (_scene, _match, { sites }) => sites.find(({ what }) => !/^ENABLE_\w+ reaches /.test(what))?.what,
  },
  {
    fix: 'vllm/dispatcher-flag',
    says: /^(ENABLE_\w+) reaches (\w+\.cu) in (\w+)$/,
    async check(scene, [, flag, source, name]) {
      const { targets } = await scene.cmake();
      const target = targets.find((one) => one.name === name);
      const has = target?.sources.some((one) => one.endsWith(`/${source}`));
      return has && target!.flags.some((one) => one.endsWith(`${flag}=1`)) ? undefined : 'it does not';
    },
  },

  {
    fix: 'vllm/block-fp8-shape-gate',
    says: /^no source holds blockwise_sm120_fp8_dispatch: no block FP8 kernel for SM12x$/,
    nowhere: [['blockwise_sm120_fp8_dispatch', 'csrc']],
  },
  {
    fix: 'vllm/block-fp8-shape-gate',
    says: /^CUTLASS gets block FP8 weights on SM12x that its kernel refuses$/,
    note: /^CUTLASS gets block FP8 weights of every shape$/,
    holds: [['blockwise_sm120_fp8_dispatch', 'csrc']],
  },
  {
    fix: 'vllm/block-fp8-shape-gate',
    says: /^CUTLASS gets (?:block FP8 weights of every shape|some block FP8 weights of part blocks on SM12x)$/,
    at: /cutlass|can_implement/i,
    lines: [0, 40],
  },
];
