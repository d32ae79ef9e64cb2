import {
  ancestor,
  type Document,
  descendants,
  type Edit,
  field,
  functionsNamed,
  insert,
  isOurs,
  lineEnd,
  markBehind,
  type Node,
  replace,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import type { GateSite } from './cpp.js';

const squeezed = (node: Node, text: string): string => textOf(node, text).replace(/\s+/g, '');

/** The mark behind the line of `offset`, whatever else stands there, if the line can end in a comment. */
function markAt(file: SourceFile, offset: number, id: string): Edit | undefined {
  const rest = file.text.slice(offset, lineEnd(file.text, offset));
  return /\\\s*$|"""|'''/.test(rest) ? undefined : markBehind(file, offset, id);
}

/** `_match_sm_version(device, ["120"])`: the list must name 121 as well. */
export function matchSites({ file, root }: Document, id: string): GateSite[] {
  const { text } = file;
  return descendants(root, 'call').flatMap((call): GateSite[] => {
    if (textOf(field(call, 'function')!, text) !== '_match_sm_version') return [];
    const versions = field(call, 'arguments')!.namedChildren[1];
    if (!versions || !textOf(versions, text).includes('120')) return [];
    const base = { file, offset: call.startIndex, edits: [] };
    const strings = versions.namedChildren.map((node) => textOf(node!, text).replace(/["']/g, ''));
    if (versions.type !== 'list')
      return [{ ...base, state: 'unknown', what: 'versions that are not a list' }];
    if (strings.includes('121')) {
      const ours = isOurs(file, id, versions);
      return [{ ...base, state: ours ? 'ours' : 'right', what: 'versions 120 and 121' }];
    }
    const last = versions.namedChildren.at(-1)!;
    const note = markAt(file, versions.endIndex, id);
    if (!note) return [{ ...base, state: 'unknown', what: 'more code on the line of the version list' }];
    const edits = [insert(file, last.endIndex, ', "121"'), note];
    return [{ ...base, state: 'wrong', what: 'version 120 alone', edits }];
  });
}

/** The gate of `fmha_v2_prefill_sm120`: raises unless the capability is (12, 0). */
export function prefillSites({ file, root }: Document, id: string): GateSite[] {
  const { text } = file;
  return functionsNamed(root, 'fmha_v2_prefill_sm120', text).flatMap((fn) =>
    descendants(field(fn, 'body')!, 'tuple').flatMap((tuple): GateSite[] => {
      if (squeezed(tuple, text) !== '(12,0)') return [];
      const base = { file, offset: tuple.startIndex, edits: [] };
      const holder = tuple.parent!;
      if (/\(12,1\)/.test(squeezed(holder, text)) && /^(?:tuple|list|set)$/.test(holder.type)) {
        const ours = isOurs(file, id, holder);
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
      const range = { startIndex: operator.startIndex, endIndex: tuple.endIndex };
      const edits = [replace(file, range, both), note];
      return [{ ...base, state: 'wrong', what: 'raises unless the capability is 12.0', edits }];
    }),
  );
}
