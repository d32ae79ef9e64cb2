import {
  type Amount,
  constantOf,
  cppValue,
  type Document,
  descendants,
  type Edit,
  field,
  inlineMark,
  insert,
  isSafe,
  macroOf,
  type Node,
  operatorOf,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import type { Judged } from '../../_families/places.js';

const isVersion = (node: Node, text: string): boolean =>
  /\bsm_version$/.test(textOf(node, text)) && /^(?:identifier|field_expression)$/.test(node.type);

/** `sm_version == 120`, either way round, with anything that ends in `sm_version` as its subject. */
function subjectOf(node: Node, text: string): string | undefined {
  if (operatorOf(node, text) !== '==') return undefined;
  const sides = [field(node, 'left')!, field(node, 'right')!];
  const subject = sides.find((side) => isVersion(side, text));
  const version = sides.find((side) => side !== subject);
  if (!subject || !version || cppValue(version, text, () => undefined) !== 120) return undefined;
  return textOf(subject, text);
}

/** What a condition says of a version, where all else that it asks about holds, or where nothing of it does. */
const saysOf = (condition: Node, text: string, version: number, other: number): Amount =>
  cppValue(condition, text, (node, own) => {
    if (isVersion(node, own)) return version;
    const known = constantOf(node, own) ?? macroOf(textOf(node, own), node, own);
    return known === undefined ? other : undefined;
  });

/** Whether a condition takes 121 for 120, and tells 120 from the versions before it. */
function admits(condition: Node, text: string): 'both' | 'one' | 'unknown' {
  const rows = [0, 1].map((other) =>
    [120, 121, 100, 90].map((version) => saysOf(condition, text, version, other)),
  );
  if (rows.flat().includes(undefined)) return 'unknown';
  if (rows.some(([on120, on121]) => Boolean(on120) !== Boolean(on121))) return 'one';
  return rows.some(([on120, , ...before]) => before.some((on) => Boolean(on) !== Boolean(on120)))
    ? 'both'
    : 'unknown';
}

/** A `case 120` of a switch on the version that has no `case 121`: recognised, but not how to open it. */
function switches({ file: { text }, root }: Document): Judged[] {
  return descendants(root, 'switch_statement').flatMap((node): Judged[] => {
    if (!/\bsm_version\W*$/.test(textOf(field(node, 'condition')!, text))) return [];
    const cases = descendants(node, 'case_statement').map((at) => {
      const value = field(at, 'value');
      return value && cppValue(value, text, () => undefined);
    });
    if (!cases.includes(120) || cases.includes(121)) return [];
    return [{ node, said: ['unknown', 'a switch with a case for 120 alone'] }];
  });
}

/** The outermost `||` expression that a node is an operand of, or the node. */
function alternatives(node: Node, text: string): Node {
  let top = node;
  for (let at = node.parent; at; at = at.parent) {
    const isOr = at.type === 'binary_expression' && /^(?:\|\||or)$/.test(operatorOf(at, text));
    if (!isOr && at.type !== 'parenthesized_expression') break;
    if (isOr) top = at;
  }
  return top;
}

/** The whole condition that a node is a part of. */
function conditionOf(node: Node, text: string): Node {
  let top = node;
  for (let at = node.parent; at; at = at.parent) {
    const operator = /^(?:binary|unary)_expression$/.test(at.type) ? operatorOf(at, text) : '';
    if (!/^(?:\|\||&&|!|and|or|not)$/.test(operator) && at.type !== 'parenthesized_expression') break;
    top = at;
  }
  return top;
}

function edit(node: Node, subject: string, file: SourceFile, id: string): Edit[] {
  const added = ` || ${subject} == 121${inlineMark(id)}`;
  // Beside `&&` the alternative needs parentheses of its own.
  const alone = node.parent?.type === 'binary_expression' && alternatives(node, file.text).id === node.id;
  return alone
    ? [insert(file, node.startIndex, '('), insert(file, node.endIndex, `${added})`)]
    : [insert(file, node.endIndex, added)];
}

/** Conditions on a GEMM configuration's `sm_version` that name 120: each must name 121 as well. */
export function configGates(document: Document, id: string): Judged[] {
  const { file, root } = document;
  const { text } = file;
  const compared = descendants(root, 'binary_expression').flatMap((node): Judged[] => {
    const subject = subjectOf(node, text);
    if (subject === undefined) return [];
    const said = admits(conditionOf(node, text), text);
    if (said === 'both') {
      const marked = alternatives(node, text);
      return [{ node, marked, said: ['right', `${subject} 120 and 121 are one case`] }];
    }
    if (said === 'unknown' || !isSafe(node))
      return [{ node, said: ['unknown', 'a condition on 120 that cannot be read'] }];
    return [{ node, said: ['wrong', `${subject} == 120 alone`], edits: edit(node, subject, file, id) }];
  });
  return [...compared, ...switches(document)];
}
