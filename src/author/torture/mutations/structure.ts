import { indentAt, lineStart, newlineOf } from '../../../source/text.js';
import type { Node } from '../../../syntax/document.js';
import { descendants, field, textOf } from '../../../syntax/query.js';
import { isFixed } from '../leaves.js';
import type { Mutation, Replacement, Subject } from '../mutation.js';

/** The name that a value goes through. */
export const LOCAL = 'held_value';

/** True where a statement stands first on its line. */
const leads = (node: Node, text: string): boolean =>
  /^[ \t]*$/.test(text.slice(lineStart(text, node.startIndex), node.startIndex));

/** Statements whose value or condition goes through a name of its own. */
function throughLocal(subject: Subject, node: Node, value: Node): Replacement[] {
  const { text, style } = subject;
  if (!leads(node, text) || textOf(value, text).includes('\n')) return [];
  const indent = indentAt(text, node.startIndex);
  const inner = textOf(value, text).replace(/^\((.*)\)$/s, '$1');
  const bound = style === 'python' ? `${LOCAL} = ${textOf(value, text)}` : `const auto ${LOCAL} = ${inner};`;
  const name = style === 'python' || node.type === 'return_statement' ? LOCAL : `(${LOCAL})`;
  return [
    { start: node.startIndex, end: node.startIndex, text: `${bound}${newlineOf(text)}${indent}` },
    { start: value.startIndex, end: value.endIndex, text: name },
  ];
}

export const STRUCTURE: readonly Mutation[] = [
  {
    name: 'through-a-local',
    kind: 'structure',
    styles: ['cpp', 'python'],
    mutate(subject, choice) {
      const { root, text } = subject;
      const taken = new Set<number>();
      return {
        replace: descendants(root!, 'return_statement', 'if_statement').flatMap((node) => {
          const fn = node.parent?.parent;
          const value = node.type === 'if_statement' ? field(node, 'condition') : node.namedChild(0);
          const inBlock = /^(?:block|compound_statement)$/.test(node.parent?.type ?? '');
          if (!value || !inBlock || !fn || isFixed(node) || taken.has(node.parent!.id)) return [];
          if (/^(?:expression_list|initializer_list|yield|await)$/.test(value.type)) return [];
          if (/:=|co_await/.test(textOf(value, text)) || !choice.takes(textOf(value, text))) return [];
          taken.add(node.parent!.id);
          return throughLocal(subject, node, value);
        }),
      };
    },
  },
  {
    name: 'swapped-methods',
    kind: 'structure',
    styles: ['python'],
    mutate({ root, text }, choice) {
      const replace: Replacement[] = [];
      for (const body of descendants(root!, 'class_definition').map((node) => field(node, 'body'))) {
        const methods = (body?.namedChildren ?? []).filter(
          (node): node is Node =>
            node !== null && /^(?:function|decorated)_definition$/.test(node.type) && !isFixed(node),
        );
        for (let at = 0; at + 1 < methods.length; at += 2) {
          const [first, second] = [methods[at]!, methods[at + 1]!];
          if (!choice.takes(`${textOf(first, text)}${textOf(second, text)}`.slice(0, 40))) continue;
          // A property and its setter have an order.
          if (/@\w+\.(?:setter|getter|deleter)/.test(textOf(second, text))) continue;
          replace.push(
            { start: first.startIndex, end: first.endIndex, text: textOf(second, text) },
            { start: second.startIndex, end: second.endIndex, text: textOf(first, text) },
          );
        }
      }
      return { replace };
    },
  },
  {
    name: 'nested-else-if',
    kind: 'structure',
    styles: ['cpp'],
    mutate: ({ root, text }, choice) => ({
      replace: descendants(root!, 'else_clause').flatMap((node) => {
        const inner = node.namedChildren.find((child) => child?.type === 'if_statement');
        if (!inner || isFixed(node) || !choice.takes(textOf(inner, text).slice(0, 60))) return [];
        return [
          { start: inner.startIndex, end: inner.startIndex, text: '{ ' },
          { start: inner.endIndex, end: inner.endIndex, text: ' }' },
        ];
      }),
    }),
  },
];
