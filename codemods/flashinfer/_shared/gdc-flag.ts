import {
  bare,
  beyondParentheses,
  comment,
  descendants,
  field,
  functionsNamed,
  isSafe,
  lineEnd,
  type Node,
  nameOf,
  replace,
  type SourceFile,
  stringValue,
  textOf,
} from '../../../src/api.js';
import type { Judged, Part } from '../../_families/places.js';

/** CUTLASS leaves `griddepcontrol` out of a kernel for 10.x to 12.x unless this is defined. */
const FLAG = '-DCUTLASS_ENABLE_GDC_FOR_SM100';

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

/** A generator: the flag goes behind the expression of its flags, and the mark behind the line's own comment. */
function generatorOf(node: Node, file: SourceFile, id: string): Judged {
  const { text } = file;
  const name = nameOf(node, text);
  if (hasFlag(node, text)) return { node, said: ['right', `${name}: built with grid dependency control`] };
  const calls = flagCalls(node, text);
  const [call] = calls.length === 1 && isSafe(calls[0]!) ? calls : [];
  const insertAt = [call, call && beyondParentheses(call)]
    .map((at) => at?.endIndex)
    .find((end) => end !== undefined && /^\s*(?:#.*)?$/.test(text.slice(end, lineEnd(text, end))));
  if (insertAt === undefined)
    return { node, said: ['unknown', `${name}: its flags are made in another way`] };
  const range = { startIndex: insertAt, endIndex: lineEnd(text, insertAt) };
  const rest = text.slice(insertAt, range.endIndex).trim().replace(/^#\s*/, '; ');
  return {
    node,
    said: ['wrong', `${name}: launched dependently, built without grid dependency control`],
    edits: [replace(file, range, ` + ["${FLAG}=1"]  ${comment(file, id)}${rest}`)],
  };
}

/** The generators of SM12x modules, by name, in the files of the JIT. */
export const gdcFlags = (generator: RegExp, id: string): Part => ({
  language: 'python',
  paths: /(?:^|\/)(?:jit\/.*|gemm|fused_moe|fused_moe\/core)\.py$/,
  content: new RegExp(`^[ \\t]*(?:async )?def ${generator.source}\\b`, 'm'),
  look: ({ file, root }) =>
    functionsNamed(root, new RegExp(`^${generator.source}$`), file.text).map((fn) =>
      generatorOf(fn, file, id),
    ),
});
