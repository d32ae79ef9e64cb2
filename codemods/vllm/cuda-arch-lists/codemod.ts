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
  type BuildGraph,
  defineCodemod,
  type Edit,
  type Finding,
  type JudgeContext,
  parseArch,
  type Site,
} from '../../../src/api.js';
import {
  commandAt,
  intersectionOf,
  keyOf,
  nameOf,
  type Sources,
  sm100Groups,
} from '../_shared/kernel-groups.js';
import {
  type CommandEdit,
  editsOf,
  ID,
  isMarked,
  narrowedEdit,
  suffixEdits,
  supportedEdit,
  testEdits,
  widenedEdit,
} from './edit.js';
import { listsEffect } from './effect.js';
import { complaint, intruders, isHonoured } from './find.js';
import { askedOf, type Question, readRequest } from './question.js';

interface ListSite extends Site {
  readonly edits: readonly Edit[];
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

/** What is not as asked for, one sentence a kind. */
function complaints({ groups, request, sources }: Question, graph: BuildGraph): string[] {
  const foreign = sm100Groups(graph, sources).map(
    (group) => `${nameOf(group)} is SM100 code and counts as built for 12.x`,
  );
  const own = groups.flatMap((group) => complaint(group, graph, request) ?? []);
  return [
    ...graph.errors.slice(0, 1),
    ...(isHonoured(graph, request) ? [] : [`the arch list becomes ${graph.cudaArchs.join(';') || 'empty'}`]),
    ...ofMany(foreign, `${foreign.length} groups of SM100 kernels count as built for 12.x`),
    ...ofMany(own, `${own.length} of ${groups.length} SM12x kernel groups are not built as asked for`),
  ];
}

/** One sentence as it is; of many, how many and the first. */
const ofMany = (all: readonly string[], many: string): readonly string[] =>
  all.length > 1 ? [`${many} (${all[0]})`] : all;

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
      const lists = [...calls.values()].flatMap((call) => widenedEdit(call, sources, request) ?? []);
      const foreign = sm100Groups(trial, sources).flatMap((group) => {
        const call = intersectionOf(group, trial, sources);
        return (call && narrowedEdit(call, sources)) ?? [];
      });
      commands = [...commands, ...lists, ...foreign, ...testEdits([...calls.values()], sources)];
    } else if (step === 'suffix') commands = [...commands, ...suffixEdits(sources)];
  }
  return undefined;
}

/** The places that decide, as they are: the supported list, the lists of the SM12x groups, and what we edited. */
function decidingSites({ graph, groups, sources }: Question): ListSite[] {
  const set = graph.assignments.findLast(({ variable }) => variable === 'CUDA_SUPPORTED_ARCHS');
  const marked = graph.intersections.filter(({ file, line }) => {
    const command = commandAt(sources, file, line);
    return command !== undefined && isMarked(sources.get(file)!.file, command);
  });
  const lists = groups.flatMap((group) => intersectionOf(group, graph, sources) ?? []);
  const calls = new Map([...lists, ...marked].map((call) => [keyOf(call), call]));
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
  const asked = await askedOf(context);
  if (!asked) return { absent: 'CMakeLists.txt has no arch lists of this kind' };
  const { sources, graph, reference } = asked;
  if (reference.errors.length > 0) {
    return { drifted: `the CMake could not be evaluated: ${reference.errors[0]}` };
  }
  const question: Question = { ...asked, request };
  const found = complaints(question, graph);
  const evidence = [
    {
      kind: 'evaluation' as const,
      ref: `CMakeLists.txt, CUDA ${context.build.cuda}, ${context.build.arch}`,
      note: `CUDA_ARCHS=${graph.cudaArchs.join(';')}; ${graph.groups.length} kernel groups`,
    },
  ];
  const right = summary(question);
  const wrong = found.join(', and ');
  const reason = { wrong, right };
  if (found.length === 0) return { sites: decidingSites(question), reason, evidence };
  const commands = await cure(question);
  if (!commands) {
    return { sites: decidingSites(question), evidence, drifted: `no known edit mends that ${wrong}` };
  }
  const sites = commands.map((command) =>
    siteOf(sources, command.file, command.command.line, command.what, editsOf([command], sources)),
  );
  return { sites, reason, evidence };
}

export default defineCodemod<ListSite>({
  id: ID,
  project: 'vllm',
  role: 'arch-lists',
  title: 'Honour the requested arch in the CMake arch lists',
  why: 'vLLM filters TORCH_CUDA_ARCH_LIST through its own lists: 12.1a becomes 12.0, and adding 12.1 to the supported list alone empties every "12.0f" list, so that SM12x kernels vanish from the build without an error.',
  effect: { kind: 'stops' },
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

  effectAt: listsEffect,
  rewrite: (sites) => sites.flatMap((site) => site.edits),
});
