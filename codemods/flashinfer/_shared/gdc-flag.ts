import {
  descendants,
  type Edit,
  field,
  isSafe,
  type JudgeContext,
  lineEnd,
  mark,
  type Node,
  type Site,
  type SourceFile,
  search,
  textOf,
} from '../../../src/api.js';

/** CUTLASS leaves `griddepcontrol` out of a kernel for 10.x to 12.x unless this is defined. */
const FLAG = '-DCUTLASS_ENABLE_GDC_FOR_SM100';

export interface FlagSite extends Site {
  /** Just past the expression that makes the module's flags. */
  readonly insertAt: number;
}

/** A string literal's value, where it is a plain one. */
function stringValue(node: Node, text: string): string {
  return textOf(node, text).replace(/^[rbuRBU]*(?:"""|'''|["'])|(?:"""|'''|["'])$/g, '');
}

/** Flags are elements of a list, on their own or in a conditional element; docstrings are not. */
function hasFlag(fn: Node, text: string): boolean {
  return descendants(fn, 'string').some(
    (node) => node.parent?.type === 'list' && stringValue(node, text).startsWith(FLAG),
  );
}

/** Calls `….get_nvcc_flags_list(…)` that are the whole right side of an assignment. */
function flagCalls(fn: Node, text: string): Node[] {
  return descendants(fn, 'call').filter((call) => {
    const name = field(call, 'function');
    if (!name || !textOf(name, text).endsWith('get_nvcc_flags_list')) return false;
    const holder = call.parent;
    const assigned = holder?.type === 'assignment' || holder?.type === 'augmented_assignment';
    return assigned && field(holder!, 'right')?.id === call.id;
  });
}

function siteOf(fn: Node, file: SourceFile, id: string): FlagSite {
  const { path, text } = file;
  const name = textOf(field(fn, 'name')!, text);
  const site = (state: Site['state'], what: string, insertAt = 0): FlagSite => ({
    path,
    offset: fn.startIndex,
    state,
    what: `${name}: ${what}`,
    insertAt,
  });
  if (hasFlag(fn, text)) {
    const ours = textOf(fn, text).includes(mark(id));
    return site(ours ? 'ours' : 'right', 'built with grid dependency control');
  }
  const calls = flagCalls(fn, text);
  const [call] = calls;
  if (calls.length !== 1 || !call || !isSafe(call, fn))
    return site('unknown', 'its flags are made in another way');
  const after = text.slice(call.endIndex, lineEnd(text, call.endIndex));
  if (!/^\s*(?:#.*)?$/.test(after)) return site('unknown', 'its flags are made in another way');
  return site('wrong', 'launched dependently, built without grid dependency control', call.endIndex);
}

/** The generators of SM12x modules, by name, in the files of the JIT. */
export async function flagSites(context: JudgeContext, generator: RegExp, id: string): Promise<FlagSite[]> {
  const files = await search(
    context,
    /(?:^|\/)(?:jit\/.*|gemm|fused_moe|fused_moe\/core)\.py$/,
    new RegExp(`^[ \\t]*(?:async )?def ${generator.source}\\b`, 'm'),
  );
  const sites: FlagSite[] = [];
  for (const file of files) {
    const { root } = await context.parse(file, 'python');
    for (const fn of descendants(root, 'function_definition')) {
      const name = textOf(field(fn, 'name')!, file.text);
      if (new RegExp(`^${generator.source}$`).test(name)) sites.push(siteOf(fn, file, id));
    }
  }
  return sites;
}

/** Adds the flag behind the expression, and the mark behind the line's own comment. */
export async function addFlags(
  sites: readonly FlagSite[],
  context: JudgeContext,
  id: string,
): Promise<Edit[]> {
  return Promise.all(
    sites.map(async ({ path, insertAt }) => {
      const text = (await context.tree.read(path))!.text;
      const rest = text.slice(insertAt, lineEnd(text, insertAt));
      const added = ` + ["${FLAG}=1"]  # ${mark(id)}`;
      const comment = rest.trim().replace(/^#\s*/, '; ');
      return { path, start: insertAt, end: insertAt + rest.length, text: `${added}${comment}` };
    }),
  );
}
