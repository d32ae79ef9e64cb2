/**
 * The arch lists of vLLM's CMake, for the build that is asked for. Everything is decided by evaluating the
 * CMake; the reader only finds what to edit.
 *
 * Shapes of the lists (a native 12.1a build on CUDA 13):
 *  C0–C2  v0.9 – v0.11.0   "12.0a", "12.0;12.0a"; the intersection knows the suffix a only
 *  C3     v0.11.1 – v0.18  "12.0f" on CUDA 13, "12.0a" before; an exact base must match
 *  C5     v0.19            12.1 is supported, families match: right
 *  C6     v0.20 –          families match, but 12.1 is not supported: one edit
 */
import {
  type ArchIntersection,
  type Build,
  type BuildGraph,
  CMAKE_FILES,
  defineCodemod,
  type Edit,
  type Finding,
  type JudgeContext,
  type KernelGroup,
  matching,
  parseArch,
  readAll,
  readCMake,
  type Site,
  splitArchs,
} from '../../../src/api.js';
import {
  type CommandEdit,
  editsOf,
  ID,
  isMarked,
  listEdit,
  suffixEdits,
  supportedEdit,
  testEdits,
} from './edit.js';
import {
  commandAt,
  complaint,
  intersectionOf,
  intruders,
  isHonoured,
  keyOf,
  type Request,
  type Sources,
  sm12xGroups,
} from './find.js';

interface ListSite extends Site {
  readonly edits: readonly Edit[];
}

const CHOICES = 'use --arch 12.1a (native) or --arch 12.0f (the SM12x family target, which GB10 runs)';

/** Why the request itself is not one to carry out, or what it means. */
function readRequest({ arch, cuda }: Build): Request | string {
  const entries = splitArchs(arch).map((text) => parseArch(text));
  if (entries.some((entry) => entry?.major === 12 && entry.minor === 1 && entry.suffix === '')) {
    return `plain 12.1 has neither the FP4 conversion nor the block-scaled MMA: ${CHOICES}`;
  }
  const twelve = entries.filter((entry) => entry?.major === 12);
  if (twelve.length === 0) return `GB10 runs nothing of ${arch}: ${CHOICES}`;
  if (twelve.every((entry) => entry?.minor === 0 && entry.suffix === 'a')) {
    return `12.0a code is for compute capability 12.0 alone, GB10 cannot load it: ${CHOICES}`;
  }
  const native = twelve.some((entry) => entry?.minor === 1);
  const [major = 0, minor = 0] = cuda.split('.').map(Number);
  if (native && (major < 12 || (major === 12 && minor < 9)))
    return `CUDA ${cuda} has no sm_121 target: it came with 12.9`;
  return { minor: native ? 1 : 0 };
}

async function readSources(context: JudgeContext): Promise<Sources> {
  const files = await readAll(context, await matching(context.tree, CMAKE_FILES));
  return new Map(files.map((file) => [file.path, { file, cmake: readCMake(file.text) }]));
}

function siteOf(
  sources: Sources,
  path: string,
  line: number,
  what: string,
  edits: readonly Edit[],
): ListSite {
  const command = commandAt(sources, path, line);
  const { file } = sources.get(path)!;
  const state = edits.length > 0 ? 'wrong' : command && isMarked(file, command) ? 'ours' : 'right';
  return { file, offset: command?.start ?? 0, state, what, edits };
}

interface Question {
  readonly context: JudgeContext;
  readonly request: Request;
  readonly sources: Sources;
  readonly groups: readonly KernelGroup[];
  /** The evaluation of the tree as it is. */
  readonly graph: BuildGraph;
}

function complaints({ groups, request }: Question, graph: BuildGraph): string[] {
  return [
    ...graph.errors,
    ...(isHonoured(graph, request) ? [] : [`the arch list becomes ${graph.cudaArchs.join(';') || 'empty'}`]),
    ...groups.flatMap((group) => complaint(group, graph, request) ?? []),
  ];
}

/** Edits, step by step, until the evaluation has no complaint; undefined where it keeps one. */
async function cure(question: Question): Promise<CommandEdit[] | undefined> {
  const { context, request, sources, groups, graph } = question;
  const supported =
    request.minor === 1 && !isHonoured(graph, request) ? supportedEdit(graph, sources) : undefined;
  let commands: CommandEdit[] = supported ? [supported] : [];
  for (const step of ['lists', 'suffix', 'done'] as const) {
    const trial = await context.evaluateCMake(context.build, editsOf(commands, sources));
    if (complaints(question, trial).length === 0) {
      return intruders(graph, trial, groups, sources).length === 0 ? commands : undefined;
    }
    if (step === 'lists') {
      const calls = new Map<string, ArchIntersection>();
      for (const group of groups.filter((candidate) => complaint(candidate, trial, request) !== undefined)) {
        const call = intersectionOf(group, trial, sources) ?? intersectionOf(group, graph, sources);
        if (call) calls.set(keyOf(call), call);
      }
      const lists = [...calls.values()].flatMap((call) => listEdit(call, sources, request) ?? []);
      commands = [...commands, ...lists, ...testEdits([...calls.values()], sources)];
    } else if (step === 'suffix') commands = [...commands, ...suffixEdits(sources)];
  }
  return undefined;
}

/** The places that decide, as they are: the supported list and the lists of the SM12x groups. */
function decidingSites({ graph, groups, sources }: Question): ListSite[] {
  const set = graph.assignments.findLast(({ variable }) => variable === 'CUDA_SUPPORTED_ARCHS');
  const calls = new Map(
    groups.flatMap((group) => intersectionOf(group, graph, sources) ?? []).map((call) => [keyOf(call), call]),
  );
  return [
    ...(set ? [siteOf(sources, set.file, set.line, 'the supported archs', [])] : []),
    ...[...calls.values()].map(({ file, line, variable }) =>
      siteOf(sources, file, line, `the list of ${variable}`, []),
    ),
  ];
}

function summary({ graph, groups, request }: Question): string {
  const archs = new Set(
    groups
      .flatMap((group) => graph.groups.find((built) => keyOf(built) === keyOf(group))?.archs ?? [])
      .filter((arch) => parseArch(arch)?.major === 12),
  );
  if (groups.length === 0)
    return 'this revision has no SM12x kernel group; the requested arch reaches the others';
  const how = request.minor === 0 ? 'GB10 runs the family target' : 'the requested arch is honoured';
  return `all ${groups.length} SM12x kernel groups are built for ${[...archs].join(', ')}: ${how}`;
}

async function judge(context: JudgeContext): Promise<Finding<ListSite>> {
  const request = readRequest(context.build);
  if (typeof request === 'string') return { refused: request };
  const sources = await readSources(context);
  const main = sources.get('CMakeLists.txt');
  const lists = [...sources.values()].some(({ file }) => file.text.includes('cuda_archs_loose_intersection'));
  if (!main || !lists) return { absent: 'the CMake of this revision has no arch lists of this kind' };
  const [reference, graph] = await Promise.all([
    context.evaluateCMake({ cuda: context.build.cuda, arch: '12.0' }),
    context.evaluateCMake(context.build),
  ]);
  if (reference.errors.length > 0) {
    return { drifted: `the CMake could not be evaluated: ${reference.errors[0]}` };
  }
  const question: Question = { context, request, sources, groups: sm12xGroups(reference, sources), graph };
  const found = complaints(question, graph);
  const evidence = [
    {
      kind: 'evaluation' as const,
      ref: `cmake -P, CUDA ${context.build.cuda}, ${context.build.arch}`,
      note: `CUDA_ARCHS=${graph.cudaArchs.join(';')}; ${graph.groups.length} kernel groups`,
    },
  ];
  const right = summary(question);
  const wrong = found.length === 1 ? found[0]! : `${found[0]}, and ${found.length - 1} more`;
  const reason = { wrong, right };
  if (found.length === 0) return { sites: decidingSites(question), reason, evidence };
  const commands = await cure(question);
  if (!commands) {
    return { sites: decidingSites(question), evidence, drifted: `no known edit mends that ${wrong}` };
  }
  const sites = commands.map((command) =>
    siteOf(sources, command.file, command.command.line, 'an arch list', editsOf([command], sources)),
  );
  return { sites, reason, evidence };
}

export default defineCodemod<ListSite>({
  id: ID,
  project: 'vllm',
  role: 'arch-lists',
  title: 'Honour the requested arch in the CMake arch lists',
  why: 'vLLM filters TORCH_CUDA_ARCH_LIST through its own lists: 12.1a becomes 12.0, and adding 12.1 to the supported list alone empties every "12.0f" list, so that SM12x kernels vanish from the build without an error.',
  references: [
    {
      kind: 'commit',
      ref: '5234dc745',
      date: '2025-10-01',
      note: 'family targets: "12.0f" on CUDA 13 (#24673)',
    },
    {
      kind: 'commit',
      ref: '4a76ad12e',
      date: '2026-03-25',
      note: '12.1 is supported, while the lists need an exact base (#37725)',
    },
    {
      kind: 'commit',
      ref: '97d19197b',
      date: '2026-03-27',
      note: 'families match in the intersection (#38126)',
    },
    {
      kind: 'commit',
      ref: '3ed5231c6',
      date: '2026-04-23',
      note: '12.1 is not supported any more on CUDA 13 (#39878)',
    },
    {
      kind: 'pull-request',
      ref: '#52708',
      date: '2026-09-14',
      note: 'run on a GB10: sm_120f and sm_121a give the same bytes',
    },
  ],
  retire: 'when upstream keeps 12.1 in its supported archs; a 12.0f build rarely needs it today',
  dependsOnBuild: true,
  judge,
  rewrite: (sites) => sites.flatMap((site) => site.edits),
});
