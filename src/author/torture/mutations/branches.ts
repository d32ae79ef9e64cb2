import { indentAt, lineStart, newlineOf } from '../../../source/text.js';
import type { Node } from '../../../syntax/document.js';
import { children, descendants, field, textOf } from '../../../syntax/query.js';
import { leaves } from '../canon/flow.js';
import type { Choice } from '../choice.js';
import { isFixed, leavesOf } from '../leaves.js';
import type { Mutation, Replacement, Subject } from '../mutation.js';

/** Python that can be put further in or out: no text of it goes over a line's end. */
const shifts = (node: Node, text: string): boolean =>
  leavesOf(node).every(({ start, end }) => !text.slice(start, end).includes('\n'));

/** The lines of a range but the first, each with its blanks replaced. */
function shifted(text: string, from: number, to: number, change: (blanks: string) => string): Replacement[] {
  const found: Replacement[] = [];
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    const blanks = /^[ \t]*/.exec(text.slice(at + 1, to))![0];
    if (/^\r?(?:\n|$)/.test(text.slice(at + 1 + blanks.length, at + 3 + blanks.length))) continue;
    found.push({ start: at + 1, end: at + 1 + blanks.length, text: change(blanks) });
  }
  return found;
}

const each = (
  name: string,
  styles: Mutation['styles'],
  type: string,
  change: (node: Node, subject: Subject) => Replacement[] | undefined,
): Mutation => ({
  name,
  kind: 'structure',
  styles,
  mutate: (subject, choice: Choice) => ({
    replace: descendants(subject.root!, type).flatMap((node) => {
      const said = textOf(node, subject.text).replace(/\s+/g, '').slice(0, 60);
      return isFixed(node) || !choice.takes(said) ? [] : (change(node, subject) ?? []);
    }),
  }),
});

/** Arms that are chains of their own; a chain goes in as a whole, so its inner ones stay. */
const isFirst = (node: Node): boolean =>
  node.parent?.children.find((child) => child?.type === node.type)?.id === node.id;

export const BRANCHES: readonly Mutation[] = [
  each('nested-else-if', ['cpp'], 'else_clause', (node) => {
    const inner = children(node).find(({ type }) => type === 'if_statement');
    return (
      inner && [
        { start: inner.startIndex, end: inner.startIndex, text: '{ ' },
        { start: inner.endIndex, end: inner.endIndex, text: ' }' },
      ]
    );
  }),
  each('nested-elif', ['python'], 'elif_clause', (node, { text }) => {
    const whole = node.parent!;
    const indent = indentAt(text, node.startIndex);
    if (
      !isFirst(node) ||
      !shifts(whole, text) ||
      text.slice(lineStart(text, node.startIndex), node.startIndex) !== indent
    )
      return undefined;
    const word = {
      start: node.startIndex,
      end: node.startIndex + 4,
      text: `else:${newlineOf(text)}${indent}    if`,
    };
    return [word, ...shifted(text, node.startIndex, whole.endIndex, (blanks) => `${blanks}    `)];
  }),
  each('early-return', ['cpp', 'python'], 'else_clause', (node, { text, style }) => {
    const whole = node.parent!;
    if (whole.type !== 'if_statement' || !leaves(field(whole, 'consequence'))) return undefined;
    if (!/^(?:block|compound_statement|module)$/.test(whole.parent?.type ?? '')) return undefined;
    if (style === 'cpp') {
      if (/^if\s+constexpr\b/.test(textOf(whole, text))) return undefined;
      return [{ start: node.startIndex, end: node.startIndex + 4, text: '' }];
    }
    const body = field(node, 'body');
    const indent = indentAt(text, whole.startIndex);
    const hasElif = children(whole).some(({ type }) => type === 'elif_clause');
    if (!body || hasElif || !shifts(body, text)) return undefined;
    if (!/^else[ \t]*:[ \t]*\r?\n[ \t]*$/.test(text.slice(node.startIndex, body.startIndex)))
      return undefined;
    const deeper = indentAt(text, body.startIndex).length - indent.length;
    return [
      { start: node.startIndex, end: body.startIndex, text: '' },
      ...shifted(text, body.startIndex, body.endIndex, (blanks) => blanks.slice(0, -deeper)),
    ];
  }),
  each('return-by-case', ['python'], 'return_statement', (node, { text }) => {
    const [chosen] = children(node);
    const said = textOf(node, text);
    if (chosen?.type !== 'conditional_expression' || said.includes('\n')) return undefined;
    const [yes, condition, no] = children(chosen).map((part) => textOf(part, text));
    const indent = indentAt(text, node.startIndex);
    if (text.slice(lineStart(text, node.startIndex), node.startIndex) !== indent) return undefined;
    const lines = [`if ${condition}:`, `    return ${yes}`, `return ${no}`];
    return [{ start: node.startIndex, end: node.endIndex, text: lines.join(`${newlineOf(text)}${indent}`) }];
  }),
];
