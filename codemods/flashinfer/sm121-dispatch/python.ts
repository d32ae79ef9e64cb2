import {
  ancestors,
  bare,
  calleeName,
  callsOf,
  children,
  type Document,
  descendants,
  type Edit,
  field,
  functionsNamed,
  holds,
  insert,
  isOurs,
  keywordValue,
  lineEnd,
  type Meaning,
  markBehind,
  type Node,
  positional,
  pythonValue,
  replace,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { capabilityOf } from '../../_families/arch.js';
import type { Judged } from '../../_families/places.js';

const squeezed = (node: Node, text: string): string => textOf(node, text).replace(/\s+/g, '');

/** The mark behind the line of `offset`, whatever else stands there, if the line can end in a comment. */
function markAt(file: SourceFile, offset: number, id: string): Edit | undefined {
  const rest = file.text.slice(offset, lineEnd(file.text, offset));
  return /\\\s*$|"""|'''/.test(rest) ? undefined : markBehind(file, offset, id);
}

/** `_match_sm_version(device, ["120"])`: the list must name 121 as well. */
export function matchGates({ file, root }: Document, id: string): Judged[] {
  const { text } = file;
  return callsOf(root, '_match_sm_version', text).flatMap((node): Judged[] => {
    const versions = keywordValue(node, 'sm_version', text) ?? positional(field(node, 'arguments'))[1];
    if (!versions) return [];
    const value = pythonValue(versions, text, () => undefined);
    // Between 2025-08-21 and 2025-09-02 it took one version.
    const known = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(known)) return [{ node, said: ['unknown', 'versions that cannot be read'] }];
    if (!known.includes('120')) return [];
    if (known.includes('121')) return [{ node, marked: versions, said: ['right', 'versions 120 and 121'] }];
    const list = bare(versions)!;
    if (list.type !== 'list') return [{ node, said: ['unknown', 'versions that are not a list'] }];
    const last = positional(list).at(-1)!;
    const note = markAt(file, versions.endIndex, id);
    if (!note) return [{ node, said: ['unknown', 'more code on the line of the version list'] }];
    const edits = [insert(file, last.endIndex, ', "121"'), note];
    return [{ node, said: ['wrong', 'version 120 alone'], edits }];
  });
}

/** What is asked of a device. Its family is asked for by name: `all` takes that for true everywhere. */
const meaningOn =
  (capability: number, all: boolean): Meaning =>
  (node, text, value) => {
    if (node.type === 'call' && /^is_sm12x_supported$/.test(calleeName(node, text)))
      return all || Math.floor(capability / 10) === 12;
    return capabilityOf(capability)(node, text, value);
  };

/** Whether a condition holds on 12.0, 12.1, 10.0 and 9.0, a digit each; undefined where it cannot be read. */
function rowOf(condition: Node, text: string, all = false): string | undefined {
  const row = [120, 121, 100, 90].map((device) =>
    holds(pythonValue(condition, text, meaningOn(device, all))),
  );
  return row.includes(undefined) ? undefined : row.map(Number).join('');
}

const is120 = (node: Node, text: string): boolean =>
  String(pythonValue(node, text, () => undefined)) === '12,0';

/** `capability != (12, 0)`, either way round: what is compared, and the whole of it. */
function comparisonIn(fn: Node, text: string): { node: Node; subject: string } | undefined {
  const found = descendants(field(fn, 'body')!, 'comparison_operator').flatMap((node) => {
    const [left, right, ...more] = children(node);
    if (!left || !right || more.length > 0 || !node.children.some((child) => child?.type === '!=')) return [];
    if (is120(right, text)) return [{ node, subject: textOf(left, text) }];
    return is120(left, text) ? [{ node, subject: textOf(right, text) }] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** The gate of `fmha_v2_prefill_sm120`: raises unless the capability is (12, 0). */
export function prefillGates({ file, root }: Document, id: string): Judged[] {
  const { text } = file;
  return functionsNamed(root, 'fmha_v2_prefill_sm120', text).flatMap((fn): Judged[] => {
    const refuses = descendants(field(fn, 'body')!, 'if_statement').flatMap((gate) => {
      const raises = children(field(gate, 'consequence')).some(({ type }) => type === 'raise_statement');
      const condition = field(gate, 'condition')!;
      const row = rowOf(condition, text);
      return raises && row !== undefined ? [{ gate, condition, row }] : [];
    });
    // One that takes both, and nothing else, or none that asks: upstream's own at times.
    const [only, ...more] = refuses.filter(({ row }) => row !== '0000');
    const asks = /\b12\b|0x0?c\b/i.test(squeezed(field(fn, 'body')!, text).replace(/"[^"]*"|'[^']*'/g, ''));
    const place = { node: only?.gate ?? fn, marked: fn };
    if (!only && !asks) return [];
    const elsewhere = descendants(field(fn, 'body')!, 'tuple').some(
      (tuple) => is120(tuple, text) && ![...ancestors(tuple)].some(({ id: at }) => at === only?.gate.id),
    );
    const ours = isOurs(file, id, fn);
    // Ours compares: if it does not, somebody changed it.
    const compares = only && rowOf(only.condition, text, true) === '0011';
    if (more.length === 0 && only?.row === '0011' && (ours ? compares : !elsewhere)) {
      return [{ ...place, said: ['right', 'capabilities 12.0 and 12.1'] }];
    }
    const compared = comparisonIn(fn, text);
    const note = compared && markAt(file, compared.node.endIndex, id);
    if (more.length > 0 || only?.row !== '0111' || !compared || !note) {
      return [{ ...place, said: ['unknown', 'a capability of 12.0 that is used in another way'] }];
    }
    const edits = [replace(file, compared.node, `${compared.subject} not in ((12, 0), (12, 1))`), note];
    return [{ ...place, said: ['wrong', 'raises unless the capability is 12.0'], edits }];
  });
}
