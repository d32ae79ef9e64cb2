import type { Claim } from './claim.js';

/** What reasons about vLLM's memory, its tuning files and its attention sinks claim. */
export const VLLM_MEMORY: readonly Claim[] = [
  {
    fix: 'vllm/attention-sinks-sm12x',
    says: /^no attention backend of FlashInfer below vllm\/ defines supports_sink$/,
    nowhere: [['def supports_sink', 'vllm/*flashinfer*.py']],
  },
  {
    fix: 'vllm/attention-sinks-sm12x',
    says: /^a known upstream bug without an edit here: sinks are admitted on SM12x in (\S*flashinfer\S*), and /,
    nowhere: [['AttentionSinkWrapper', '$1']],
    holds: [['def supports_sink', '$1']],
  },
  {
    fix: 'vllm/attention-sinks-sm12x',
    says: /^(\S*flashinfer\S*) refuses models with sinks on SM12x, rightly: no prefill of it knows them there$/,
    nowhere: [['AttentionSinkWrapper', '$1']],
    holds: [['def supports_sink', '$1']],
  },
  {
    fix: 'vllm/attention-sinks-sm12x',
    says: /^sinks are on, with a prefill that knows them$/,
    note: /^sinks are admitted on SM12x$/,
    holds: [['AttentionSinkWrapper\\(', 'vllm/*flashinfer*.py']],
  },
  { fix: 'vllm/attention-sinks-sm12x', says: /^sinks are admitted on SM12x$/, at: /def supports_sink\b/ },

  {
    fix: 'vllm/integrated-memory',
    says: /^no MemorySnapshot below vllm\/ takes self\.free_memory from the driver$/,
    nowhere: [['self\\.free_memory', 'vllm/utils*']],
  },
  {
    fix: 'vllm/integrated-memory',
    says: /^the page cache counts as used memory$/,
    note: /^free memory is the driver's, without the page cache$/,
  },
  {
    fix: 'vllm/integrated-memory',
    says: /^free memory is what the system can make available$/,
    note: /^free memory is the available memory on GB10$/,
  },
  {
    fix: 'vllm/integrated-memory',
    says: /^free memory is the driver's, without the page cache$/,
    at: /self\.free_memory, self\.total_memory = torch\.cuda\.mem_get_info\(\)/,
    not: /virtual_memory/,
    lines: [0, 20],
  },
  {
    fix: 'vllm/integrated-memory',
    says: /^free memory is the available memory on GB10$/,
    at: /self\.free_memory[\s\S]*(?:12, 1|integrated)[\s\S]*virtual_memory\(\)\.available/,
    lines: [0, 30],
  },

  {
    fix: 'vllm/gb10-moe-config',
    says: /^(E=\S+\.json) is not there(?: \(the folder has (\d+) files for NVIDIA_GB10, for (\S+)\))?: the kernel runs its default configuration$/,
    async check(scene, [, name, count, kind]) {
      const tuned = (await scene.paths()).filter((path) => path.includes('device_name=NVIDIA_GB10'));
      if (tuned.some((path) => path.endsWith(`/${name}`))) return 'it is there';
      const named = tuned.filter((path) => path.includes(kind ?? ''));
      return tuned.length === Number(count ?? 0) && named.length === tuned.length
        ? undefined
        : tuned.join(' ');
    },
  },
  {
    fix: 'vllm/gb10-moe-config',
    says: /^no tuning file for NVIDIA_GB10$/,
    check: async (scene, _match, { sites: [site] }) =>
      (await scene.text(site!.path)) === undefined ? undefined : `${site!.path} is there`,
  },

  {
    fix: 'vllm/nvml-total-memory',
    says: /^NVML is asked for the memory of GB10, which it does not tell$/,
    note: /^NVML is asked, and on GB10 it raises NotSupported$/,
  },
  {
    fix: 'vllm/nvml-total-memory',
    says: /^NVML is asked, and on GB10 it raises NotSupported$/,
    at: /return int\(pynvml\.nvmlDeviceGetMemoryInfo\(\w+\)\.total\)/,
    lines: [0, 0],
  },

  {
    fix: 'vllm/uma-weight-release',
    says: /^what repacking weights frees stays in the caching allocator, and is missing to the host$/,
    note: /^what repacking leaves stays in the caching allocator$/,
  },
  {
    fix: 'vllm/uma-weight-release',
    says: /^memory is given back after each module where the host is short of it$/,
    note: /^memory is given back after each module$/,
  },
  {
    fix: 'vllm/uma-weight-release',
    says: /^what repacking leaves stays in the caching allocator$/,
    at: /with device_loading_context\([\s\S]*process_weights_after_loading\(/,
    not: /empty_cache|release_device_memory/,
    lines: [0, 6],
  },
  {
    fix: 'vllm/uma-weight-release',
    says: /^memory is given back after each module$/,
    at: /with device_loading_context\([\s\S]*release_device_memory_under_pressure\(/,
    lines: [0, 14],
  },
];
