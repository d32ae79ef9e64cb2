import {
  bare,
  beyondParentheses,
  comment,
  descendants,
  type Edit,
  field,
  functionsNamed,
  isOurs,
  isSafe,
  type JudgeContext,
  lineEnd,
  type Node,
  nameOf,
  replace,
  type Site,
  type SourceFile,
  searchParsed,
  stringValue,
  textOf,
} from '../../../src/api.js';

/** CUTLASS leaves `griddepcontrol` out of a kernel for 10.x to 12.x unless this is defined. */
const FLAG = '-DCUTLASS_ENABLE_GDC_FOR_SM100';

export interface FlagSite extends Site {
  /** Just past the expression that makes the module's flags. */
  readonly insertAt: number;
}

/** Flags are elements of a list, on their own or in a conditional element; docstrings are not. */
function hasFlag(fn: Node, text: string): boolean {
  return descendants(fn, 'string', 'concatenated_string').some(
    (node) => node.parent?.type === 'list' && stringValue(node, text)?.startsWith(FLAG),
  );
}

/** Calls `….get_nvcc_flags_list(…)` that are the whole right side of an assignment. */
function flagCalls(fn: Node, text: string): Node[] {
  return descendants(fn, 'call').filter((call) => {
    const name = field(call, 'function');
    if (!name || !textOf(name, text).endsWith('get_nvcc_flags_list')) return false;
    const holder = beyondParentheses(call).parent;
    const assigned = holder?.type === 'assignment' || holder?.type === 'augmented_assignment';
    return assigned && bare(field(holder!, 'right'))?.id === call.id;
  });
}

function siteOf(fn: Node, file: SourceFile, id: string): FlagSite {
  const name = nameOf(fn, file.text);
  const { text } = file;
  const site = (state: Site['state'], what: string, insertAt = 0): FlagSite => ({
    file,
    offset: fn.startIndex,
    state,
    what: `${name}: ${what}`,
    insertAt,
  });
  if (hasFlag(fn, text)) {
    return site(isOurs(file, id, fn) ? 'ours' : 'right', 'built with grid dependency control');
  }
  const calls = flagCalls(fn, text);
  const [call] = calls;
  if (calls.length !== 1 || !call || !isSafe(call, fn))
    return site('unknown', 'its flags are made in another way');
  const endIndex = [call, beyondParentheses(call)]
    .map((at) => at.endIndex)
    .find((end) => /^\s*(?:#.*)?$/.test(text.slice(end, lineEnd(text, end))));
  if (endIndex === undefined) return site('unknown', 'its flags are made in another way');
  return site('wrong', 'launched dependently, built without grid dependency control', endIndex);
}

/** Generators that an error of the parse hides: passed over, half of them would be called all. */
function lost(found: readonly Node[], generator: RegExp, file: SourceFile): FlagSite[] {
  const heads = file.text.matchAll(new RegExp(`^[ \\t]*(?:async )?def ${generator.source}\\b`, 'gm'));
  return [...heads].flatMap(({ index }): FlagSite[] => {
    const isFound = found.some((fn) => fn.startIndex >= index && fn.startIndex <= lineEnd(file.text, index));
    const what = 'a generator that was not parsed';
    return isFound ? [] : [{ file, offset: index, state: 'unknown', what, insertAt: 0 }];
  });
}

/** The generators of SM12x modules, by name, in the files of the JIT. */
export async function flagSites(context: JudgeContext, generator: RegExp, id: string): Promise<FlagSite[]> {
  const documents = await searchParsed(
    context,
    'python',
    /(?:^|\/)(?:jit\/.*|gemm|fused_moe|fused_moe\/core)\.py$/,
    new RegExp(`^[ \\t]*(?:async )?def ${generator.source}\\b`, 'm'),
  );
  const named = new RegExp(`^${generator.source}$`);
  return documents.flatMap(({ file, root }) => {
    const found = functionsNamed(root, named, file.text);
    const sites = found.map((fn) => siteOf(fn, file, id));
    return root.hasError ? [...sites, ...lost(found, generator, file)] : sites;
  });
}

/** Adds the flag behind the expression, and the mark behind the line's own comment. */
export function addFlags(sites: readonly FlagSite[], id: string): Edit[] {
  return sites.map(({ file, insertAt }) => {
    const endIndex = lineEnd(file.text, insertAt);
    const rest = file.text.slice(insertAt, endIndex).trim().replace(/^#\s*/, '; ');
    return replace(file, { startIndex: insertAt, endIndex }, ` + ["${FLAG}=1"]  ${comment(file, id)}${rest}`);
  });
}
