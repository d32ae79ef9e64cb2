import {
  type Document,
  descendants,
  type Edit,
  field,
  inlineMark,
  insert,
  isOurs,
  isSafe,
  type Node,
  operatorOf,
  type Site,
  type SourceFile,
  textOf,
} from '../../../src/api.js';

export interface GateSite extends Site {
  /** Made when the site is judged, since each kind of gate is opened in its own way. */
  readonly edits: readonly Edit[];
}

/** `sm_version == 120`, either way round, with anything that ends in `sm_version` as its subject. */
function comparison(node: Node, text: string): { subject: string; version: string } | undefined {
  if (node.type !== 'binary_expression' || operatorOf(node, text) !== '==') return undefined;
  const sides = [textOf(field(node, 'left')!, text), textOf(field(node, 'right')!, text)];
  const subject = sides.find((side) => /\bsm_version$/.test(side));
  const version = sides.find((side) => side !== subject);
  return subject === undefined || version === undefined ? undefined : { subject, version };
}

/** A `case 120` of a switch on the version that has no `case 121`: recognised, but not how to open it. */
function switchSites({ file, root }: Document): GateSite[] {
  const { text } = file;
  return descendants(root, 'switch_statement').flatMap((node): GateSite[] => {
    if (!/\bsm_version\W*$/.test(textOf(field(node, 'condition')!, text))) return [];
    const cases = descendants(node, 'case_statement').map((at) => {
      const value = field(at, 'value');
      return value ? textOf(value, text) : '';
    });
    if (!cases.includes('120') || cases.includes('121')) return [];
    const what = 'a switch with a case for 120 alone';
    return [{ file, offset: node.startIndex, state: 'unknown', what, edits: [] }];
  });
}

/** The outermost `||` expression that a node is an operand of, or the node. */
function alternatives(node: Node, text: string): Node {
  let top = node;
  for (let at = node.parent; at; at = at.parent) {
    const isOr = at.type === 'binary_expression' && operatorOf(at, text) === '||';
    if (!isOr && at.type !== 'parenthesized_expression') break;
    if (isOr) top = at;
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
export function configSites(document: Document, id: string): GateSite[] {
  const { file, root } = document;
  const { text } = file;
  const compared = descendants(root, 'binary_expression').flatMap((node): GateSite[] => {
    const found = comparison(node, text);
    if (found?.version !== '120') return [];
    const { subject } = found;
    const whole = alternatives(node, text);
    const admits = descendants(whole, 'binary_expression').some((other) => {
      const also = comparison(other, text);
      return also?.subject === subject && also.version === '121';
    });
    const base = { file, offset: node.startIndex, edits: [] };
    if (admits) {
      const ours = isOurs(file, id, whole);
      return [{ ...base, state: ours ? 'ours' : 'right', what: `${subject} 120 and 121 are one case` }];
    }
    if (!isSafe(node)) return [{ ...base, state: 'unknown', what: 'a condition that was not parsed' }];
    return [
      { ...base, state: 'wrong', what: `${subject} == 120 alone`, edits: edit(node, subject, file, id) },
    ];
  });
  return [...compared, ...switchSites(document)];
}
