/**
 * The flag that opens a dispatcher reaches the translation unit that holds it.
 *
 * Shapes:
 *  D0  v0.9                 no SM120 kernels
 *  D1  v0.9.2 – v0.19       one list of flags, complete before `_C` is defined, which hosts kernels and dispatchers
 *  D2  v0.20 –              the same for `_C_stable_libtorch`, which hosts them now
 */
import {
  type BuildGraph,
  defineCodemod,
  type Edit,
  type ExtensionTarget,
  holding,
  insert,
  type JudgeContext,
  mark,
  newlineOf,
  nextLine,
  parseArch,
  readCMake,
  type Site,
  type SiteState,
} from '../../../src/api.js';

const ID = 'vllm/dispatcher-flag';

/** A dispatcher, the kernel that it sends SM12x to, and the flag that opens the way. */
const DISPATCHERS = [
  { name: 'scaled_mm_entry.cu', kernel: /\/scaled_mm_c3x_sm120\.cu$/, flag: 'ENABLE_SCALED_MM_SM120' },
  {
    name: 'nvfp4_scaled_mm_entry.cu',
    kernel: /\/nvfp4_scaled_mm_sm120_kernels\.cu$/,
    flag: 'ENABLE_NVFP4_SM120',
  },
  {
    name: 'nvfp4_quant_entry.cu',
    kernel: /\/nvfp4_scaled_mm_sm120_kernels\.cu$/,
    flag: 'ENABLE_NVFP4_SM120',
  },
] as const;

interface FlagSite extends Site {
  readonly target: string;
  readonly flag: string;
  /** Where the target's definition ends. */
  readonly end: number;
}

const hasFlag = (target: ExtensionTarget, flag: string): boolean =>
  target.flags.some((given) => new RegExp(`^(?:-D\\s*)?${flag}(?:=1)?$`).test(given));

/** True where the build has the kernel for a 12.x target. */
const isBuilt = (graph: BuildGraph, kernel: RegExp): boolean =>
  graph.groups.some(
    ({ archs, sources }) =>
      archs.some((arch) => parseArch(arch)?.major === 12) && sources.some((source) => kernel.test(source)),
  );

async function siteIn(
  target: ExtensionTarget,
  { name, kernel, flag }: (typeof DISPATCHERS)[number],
  context: JudgeContext,
): Promise<FlagSite> {
  const file = (await context.tree.read(target.file)) ?? { path: target.file, text: '' };
  const { text } = file;
  const command = readCMake(text).commands.find(({ line }) => line === target.line);
  const [offset, end] = [command?.start ?? 0, command?.end ?? 0];
  const base = { file, offset, end, target: target.name, flag };
  if (hasFlag(target, flag)) {
    const added = new RegExp(
      `${mark(ID)}\\r?\\n\\s*target_compile_definitions\\(${target.name}\\s[^)]*${flag}`,
    );
    const state: SiteState = added.test(text) ? 'ours' : 'right';
    return { ...base, state, what: `${flag} reaches ${name} in ${target.name}` };
  }
  const together = target.sources.some((source) => kernel.test(source));
  const state: SiteState = together && command ? 'wrong' : 'unknown';
  const elsewhere = together ? '' : ', and its kernels are in another target';
  return { ...base, state, what: `${flag} does not reach ${name} in ${target.name}${elsewhere}` };
}

export default defineCodemod<FlagSite>({
  id: ID,
  project: 'vllm',
  title: 'SM120 flags reach their dispatchers',
  why: 'A dispatcher that is compiled without its ENABLE_…_SM120 flag has no way to the SM120 kernels in the same library: "No compiled cutlass_scaled_mm …" on GB10.',
  effect: { kind: 'stops', concerns: 'FP8 and NVFP4 models' },
  references: [
    {
      kind: 'evaluation',
      ref: 'CMakeLists.txt',
      note: 'v0.9.2 to 2026-08: the flags stand in the target that hosts dispatcher and kernels',
    },
    {
      kind: 'measurement',
      ref: 'an empty arch list',
      note: 'what the error message usually means: the kernels were not built; see vllm/cuda-arch-lists',
    },
  ],
  retire: 'never needed on an upstream tree so far; it guards trees with a changed build',
  dependsOnBuild: true,

  async judge(context) {
    const absent = `CMakeLists.txt builds no SM120 kernel with a dispatcher beside it for ${context.build.arch}`;
    if (!(await context.tree.read('CMakeLists.txt'))) return { absent };
    const graph = await context.evaluateCMake(context.build);
    if (graph.errors.length > 0) {
      return { drifted: `the CMake could not be evaluated: ${graph.errors[0]}` };
    }
    const sites: FlagSite[] = [];
    for (const dispatcher of DISPATCHERS.filter(({ kernel }) => isBuilt(graph, kernel))) {
      // Another file that speaks of the flag is no dispatcher: this one is known by its name.
      const entries = await holding(
        context.tree,
        new RegExp(`^csrc/.*/${dispatcher.name}$`),
        new RegExp(`\\b${dispatcher.flag}\\b`),
      );
      const hosts = graph.targets.filter(({ sources }) => entries.some(({ path }) => sources.includes(path)));
      if (entries.length > 0 && hosts.length === 0) {
        const drifted = `the SM120 kernel of ${dispatcher.name} is built, and no target compiles that dispatcher`;
        return { sites, drifted };
      }
      for (const target of hosts) sites.push(await siteIn(target, dispatcher, context));
    }
    return {
      sites,
      absent,
      reason: {
        wrong: 'a dispatcher is compiled without its flag',
        right: 'every dispatcher is compiled with its flag',
      },
    };
  },

  rewrite(sites) {
    const edits = new Map<string, Edit>();
    for (const { file, end, target, flag } of sites) {
      const { path, text } = file;
      const eol = newlineOf(text);
      const at = nextLine(text, end);
      const before = text[at - 1] === '\n' ? '' : eol;
      const line = `${before}# ${mark(ID)}${eol}target_compile_definitions(${target} PRIVATE ${flag}=1)${eol}`;
      const key = `${path}:${at}`;
      const known = edits.get(key);
      if (!known) edits.set(key, insert(file, at, line));
      else if (!known.text.includes(`${flag}=1`)) edits.set(key, { ...known, text: known.text + line });
    }
    return [...edits.values()];
  },
});
