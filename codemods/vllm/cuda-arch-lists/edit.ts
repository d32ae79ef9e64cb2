import {
  type ArchIntersection,
  type BuildGraph,
  type CMakeArgument,
  type CMakeCommand,
  type Edit,
  lineEnd,
  mark,
  markBehind,
  parseArch,
  type SourceFile,
} from '../../../src/api.js';
import { commandAt, type Sources } from '../_shared/kernel-groups.js';
import type { Request } from './find.js';

export const ID = 'vllm/cuda-arch-lists';

/** A command to be edited: new text for some of its arguments. */
export interface CommandEdit {
  readonly what: string;
  readonly file: string;
  readonly command: CMakeCommand;
  readonly changes: readonly { readonly argument: CMakeArgument; readonly value: string }[];
}

/** True where our mark stands behind the command. */
export const isMarked = (file: SourceFile, { end }: CMakeCommand): boolean =>
  file.text.slice(end, lineEnd(file.text, end)).includes(mark(ID));

/** The byte edits of commands: each argument, and the mark after the command's last line. */
export function editsOf(commands: readonly CommandEdit[], sources: Sources): Edit[] {
  return commands.flatMap(({ file: path, command, changes }) => {
    const { file } = sources.get(path)!;
    return [
      ...changes.map(({ argument: { start, end }, value }) => ({ path, start, end, text: value })),
      ...(isMarked(file, command) ? [] : [markBehind(file, command.end, ID)]),
    ];
  });
}

/** The `set(CUDA_SUPPORTED_ARCHS "…")` that the build reaches, with 12.1 added. */
export function supportedEdit(graph: BuildGraph, sources: Sources): CommandEdit | undefined {
  const set = graph.assignments.findLast(({ variable }) => variable === 'CUDA_SUPPORTED_ARCHS');
  const command = set && commandAt(sources, set.file, set.line);
  const argument = command?.args[1];
  if (!command || argument?.kind !== 'quoted' || command.args.length !== 2) return undefined;
  if (!/^[\d.;]+$/.test(argument.value)) return undefined;
  const value = argument.value.split(';').includes('12.1') ? argument.value : `${argument.value};12.1`;
  return { what: 'the supported archs', file: set.file, command, changes: [{ argument, value }] };
}

/** The list with the entry that the request needs: beside 12.0's for native builds, the family's otherwise. */
function widened(list: string, request: Request): string | undefined {
  const entries = list.split(';').filter((entry) => entry !== '');
  if (request.minor === 0) {
    if (!entries.includes('12.0a')) return undefined;
    return entries.includes('12.0f')
      ? entries.filter((entry) => entry !== '12.0a').join(';')
      : entries.map((entry) => (entry === '12.0a' ? '12.0f' : entry)).join(';');
  }
  const suffix = ['f', 'a', ''].find((of) => entries.includes(`12.0${of}`));
  if (suffix === undefined) return undefined;
  // The list may be widened by hand, and what else must follow it not.
  return entries.includes(`12.1${suffix}`) ? list : `${list.replace(/;$/, '')};12.1${suffix}`;
}

/** The list without its entries for 12.x. Undefined where it has none, or nothing else. */
function narrowed(list: string): string | undefined {
  const entries = list.split(';').filter((entry) => entry !== '');
  const kept = entries.filter((entry) => parseArch(entry)?.major !== 12);
  return kept.length === 0 || kept.length === entries.length ? undefined : kept.join(';');
}

/** One intersection's list, changed. Undefined where the list is not a literal, or not one to be changed so. */
function literalEdit(
  call: ArchIntersection,
  sources: Sources,
  what: string,
  change: (list: string) => string | undefined,
): CommandEdit | undefined {
  const command = commandAt(sources, call.file, call.line);
  const argument = command?.args[1];
  if (!command || argument?.kind !== 'quoted' || !/^[\d.af;+PTX]+$/.test(argument.value)) return undefined;
  const value = change(argument.value);
  return value === undefined ? undefined : { what, file: call.file, command, changes: [{ argument, value }] };
}

/** The list of SM12x kernels with an entry for the request. */
export const widenedEdit = (call: ArchIntersection, sources: Sources, request: Request) =>
  literalEdit(call, sources, 'a list of SM12x kernels', (list) => widened(list, request));

/** The list of SM100 kernels without entries for 12.x. */
export const narrowedEdit = (call: ArchIntersection, sources: Sources) =>
  literalEdit(call, sources, 'a list of SM100 kernels', narrowed);

/** Tests such as `QUTLASS_ARCHS MATCHES "12\\.0a"` of a variable whose list is widened. */
export function testEdits(calls: readonly ArchIntersection[], sources: Sources): CommandEdit[] {
  const found: CommandEdit[] = [];
  for (const { file, variable } of calls) {
    for (const command of sources.get(file)?.cmake.commands ?? []) {
      const at = command.args.findIndex(({ value }) => value === variable);
      const pattern = command.args[at + 2];
      if (!/^(if|elseif)$/.test(command.name) || command.args[at + 1]?.value !== 'MATCHES') continue;
      if (pattern?.value !== '12\\\\.0a') continue;
      found.push({
        what: 'a test of such a list',
        file,
        command,
        changes: [{ argument: pattern, value: '12\\\\.[01][af]' }],
      });
    }
  }
  return found;
}

/** Before v0.11.1 the intersection knows the suffix `a` only: its two places that do. */
export function suffixEdits(sources: Sources): CommandEdit[] {
  const found: CommandEdit[] = [];
  for (const [file, { cmake }] of sources) {
    const open = cmake.commands.findIndex(
      ({ name, args }) => name === 'function' && args[0]?.value === 'cuda_archs_loose_intersection',
    );
    for (const command of open < 0 ? [] : cmake.commands.slice(open)) {
      if (command.name === 'endfunction') break;
      const [first, second, third] = command.args;
      if (command.name === 'if' && second?.value === 'MATCHES' && third?.value === '\\\\a$') {
        found.push({ what: 'the suffix', file, command, changes: [{ argument: third, value: '[af]$' }] });
      } else if (command.name === 'string' && first?.value === 'REPLACE' && second?.value === 'a') {
        const changes = [
          { argument: first, value: 'REGEX REPLACE' },
          { argument: second, value: '[af]$' },
        ];
        found.push({ what: 'the suffix', file, command, changes });
      }
    }
  }
  return found.length === 2 ? found : [];
}
