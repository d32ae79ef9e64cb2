import {
  ancestor,
  descendants,
  type Edit,
  field,
  type JudgeContext,
  lineEnd,
  mark,
  type Node,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import type { GateSite } from './cpp.js';

const squeezed = (node: Node, text: string): string => textOf(node, text).replace(/\s+/g, '');

/** The mark goes to the end of the line that `offset` is on, where only a colon, a bracket or a comma follows. */
function markAt(file: SourceFile, offset: number, id: string): Edit | undefined {
  const end = lineEnd(file.text, offset);
  if (!/^[\s\]),:]*$/.test(file.text.slice(offset, end))) return undefined;
  return { path: file.path, start: end, end, text: `  # ${mark(id)}` };
}

function isMarked(file: SourceFile, offset: number, id: string): boolean {
  return file.text.slice(offset, lineEnd(file.text, offset)).includes(mark(id));
}

/** `_match_sm_version(device, ["120"])`: the list must name 121 as well. */
export async function matchSites(file: SourceFile, context: JudgeContext, id: string): Promise<GateSite[]> {
  const { root } = await context.parse(file, 'python');
  const { path, text } = file;
  return descendants(root, 'call').flatMap((call): GateSite[] => {
    if (textOf(field(call, 'function')!, text) !== '_match_sm_version') return [];
    const versions = field(call, 'arguments')!.namedChildren[1];
    if (!versions || !textOf(versions, text).includes('120')) return [];
    const base = { path, offset: call.startIndex, edits: [] };
    const strings = versions.namedChildren.map((node) => textOf(node!, text).replace(/["']/g, ''));
    if (versions.type !== 'list')
      return [{ ...base, state: 'unknown', what: 'versions that are not a list' }];
    if (strings.includes('121')) {
      const ours = isMarked(file, versions.endIndex, id);
      return [{ ...base, state: ours ? 'ours' : 'right', what: 'versions 120 and 121' }];
    }
    const last = versions.namedChildren.at(-1)!;
    const note = markAt(file, versions.endIndex, id);
    if (!note) return [{ ...base, state: 'unknown', what: 'more code on the line of the version list' }];
    const edits = [{ path, start: last.endIndex, end: last.endIndex, text: ', "121"' }, note];
    return [{ ...base, state: 'wrong', what: 'version 120 alone', edits }];
  });
}

/** The gate of `fmha_v2_prefill_sm120`: raises unless the capability is (12, 0). */
export async function prefillSites(file: SourceFile, context: JudgeContext, id: string): Promise<GateSite[]> {
  const { root } = await context.parse(file, 'python');
  const { path, text } = file;
  const functions = descendants(root, 'function_definition').filter(
    (fn) => textOf(field(fn, 'name')!, text) === 'fmha_v2_prefill_sm120',
  );
  return functions.flatMap((fn) =>
    descendants(field(fn, 'body')!, 'tuple').flatMap((tuple): GateSite[] => {
      if (squeezed(tuple, text) !== '(12,0)') return [];
      const base = { path, offset: tuple.startIndex, edits: [] };
      const holder = tuple.parent!;
      if (/\(12,1\)/.test(squeezed(holder, text)) && /^(?:tuple|list|set)$/.test(holder.type)) {
        const ours = isMarked(file, holder.endIndex, id);
        return [{ ...base, state: ours ? 'ours' : 'right', what: 'capabilities 12.0 and 12.1' }];
      }
      const operator = holder.children.find((child) => child?.type === '!=');
      const gate = ancestor(tuple, 'if_statement');
      const raises = gate && descendants(field(gate, 'consequence')!, 'raise_statement').length > 0;
      const note = markAt(file, tuple.endIndex, id);
      if (holder.type !== 'comparison_operator' || !operator || !raises || !note) {
        return [{ ...base, state: 'unknown', what: 'a capability of 12.0 that is used in another way' }];
      }
      const both = 'not in ((12, 0), (12, 1))';
      const edits = [{ path, start: operator.startIndex, end: tuple.endIndex, text: both }, note];
      return [{ ...base, state: 'wrong', what: 'raises unless the capability is 12.0', edits }];
    }),
  );
}
