/**
 * A build without TORCH_CUDA_ARCH_LIST has kernels for GB10.
 *
 * Shapes of `extract_unique_cuda_archs_ascending`, in cmake/utils.cmake:
 *  A1  v0.6 – v0.18        reads `arch=compute_([0-9]+a?)`
 *  A2  v0.19 – 2026-07-26  reads `arch=compute_([0-9]+[af]?)`
 *  A3  2026-07-27 –        reads `code=sm_…` first, and `arch=compute_…` where there is none
 *
 * torch up to 2.11 writes `arch=compute_20,code=sm_121` for GB10: it takes the `2.1` in `12.1` for Fermi.
 */
import {
  type CMakeCommand,
  callCMake,
  defineCodemod,
  insertLines,
  insertLinesAfter,
  isOurs,
  type JudgeContext,
  mark,
  readCMake,
  type Site,
  type SiteState,
  type SourceFile,
  search,
} from '../../../src/api.js';

const ID = 'vllm/arch-autodetect';
const FUNCTION = 'extract_unique_cuda_archs_ascending';

interface FlagSite extends Site {
  /** The command that looks for `arch=compute_…`. */
  readonly match: CMakeCommand | undefined;
}

/** The arch that the revision's own function takes from a flag. */
const archOf = (file: SourceFile, flag: string): string | undefined =>
  callCMake(file, FUNCTION, [`-gencode ${flag}`]);

function siteOf(file: SourceFile): FlagSite | undefined {
  const { commands } = readCMake(file.text);
  const open = commands.findIndex(({ name, args }) => name === 'function' && args[0]?.value === FUNCTION);
  if (open < 0) return undefined;
  const own = commands.slice(
    open,
    commands.findIndex(({ name }, at) => at > open && name === 'endfunction'),
  );
  const matches = own.filter(({ name, args }) => name === 'string' && args[1]?.value === 'MATCH');
  const [match] = matches;
  const pattern = match?.args[2];
  const said = [
    'arch=compute_20,code=sm_121',
    'arch=compute_121a,code=sm_121a',
    'arch=compute_120,code=compute_120',
  ].map((flag) => archOf(file, flag));
  const site = {
    file,
    offset: commands[open]!.start,
    match,
    what: `12.1, as torch writes it, is read as ${said[0]}`,
  };
  const others = said[1] === '12.1a' && said[2] === '12.0';
  const range = { startIndex: own[0]!.start, endIndex: own.at(-1)!.end };
  if (said[0] === '12.1' && others) return { ...site, state: isOurs(file, ID, range) ? 'ours' : 'right' };
  const plain = matches.length === 1 && pattern?.kind === 'quoted' && /^arch=compute_/.test(pattern.value);
  const state: SiteState = said[0] === '2.0' && others && plain ? 'wrong' : 'unknown';
  return { ...site, state };
}

/** FP4 kernels that a build for plain 12.1 would have: they stop in ptxas. */
async function plainKernels(context: JudgeContext): Promise<boolean> {
  const graph = await context.evaluateCMake({ ...context.build, arch: '12.1' });
  return graph.groups.some(
    ({ archs, sources }) =>
      archs.includes('12.1') && sources.some((source) => /\/fp4\/.*sm120|qutlass/i.test(source)),
  );
}

export default defineCodemod<FlagSite>({
  id: ID,
  project: 'vllm',
  title: 'A build without TORCH_CUDA_ARCH_LIST has kernels for GB10',
  why: 'On GB10 with TORCH_CUDA_ARCH_LIST unset, torch asks for arch=compute_20,code=sm_121, and vLLM reads 2.0 of it: the build has no CUTLASS, NVFP4 or MoE kernel, and says success. FP8 then stops with "No compiled cutlass_scaled_mm".',
  effect: { kind: 'stops', concerns: 'source builds without TORCH_CUDA_ARCH_LIST' },
  references: [
    { kind: 'commit', ref: '74587939b1', date: '2026-07-27', note: 'code=sm_ first (#49904)' },
    { kind: 'issue', ref: 'pytorch#173754', note: 'torch up to 2.11 writes compute_20 for 12.1' },
    {
      kind: 'evaluation',
      ref: 'extract_unique_cuda_archs_ascending',
      note: 'called with what torch writes: 2.0 in every release up to 2026-07-26',
    },
  ],
  retire: 'when no pin is older than 74587939b1',
  upstreamStatus: 'Backport [74587939b1]',
  dependsOnBuild: true,

  async judge(context) {
    const files = await search(context, /^cmake\/\w+\.cmake$/, new RegExp(`\\b${FUNCTION}\\b`));
    const sites = files.map(siteOf).filter((site) => site !== undefined);
    if (sites.some(({ state }) => state === 'wrong') && (await plainKernels(context))) {
      const absent =
        'read right, 12.1 would give this revision FP4 kernels for plain 12.1, which stop in ptxas: set TORCH_CUDA_ARCH_LIST=12.1a';
      return { absent };
    }
    return {
      sites,
      absent: 'no file of cmake/ reads archs from the flags of torch (extract_unique_cuda_archs_ascending)',
      reason: {
        wrong: 'what torch writes for 12.1 is read as 2.0: a build with the arch list unset has no kernels',
        right: 'what torch writes for 12.1 is read as 12.1',
      },
    };
  },

  rewrite: (sites) =>
    sites.flatMap(({ file, match }) => {
      const range = { startIndex: match!.start, endIndex: match!.end };
      const code = file.text.slice(match!.start, match!.end).replace('arch=compute_', 'code=sm_');
      const before = insertLines(file, range.startIndex, [
        `# ${mark(ID)}`,
        '# torch writes arch=compute_20 for 12.1: the code is what will be built.',
        code,
        `if (NOT ${match!.args[3]!.value})`,
      ]);
      // The old line moves into the block.
      return [{ ...before, text: `${before.text}  ` }, insertLinesAfter(file, range, ['endif()'])];
    }),
});
