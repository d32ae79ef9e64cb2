import type { Node } from '../../../syntax/document.js';
import { descendants, field, textOf } from '../../../syntax/query.js';
import { isFixed } from '../leaves.js';
import type { Mutation, Replacement } from '../mutation.js';

/** The name that a function is defined by. */
function nameIn(node: Node, text: string): string {
  const name = field(node, 'name') ?? field(field(node, 'declarator'), 'declarator');
  return name ? textOf(name, text) : '';
}

/** Functions of which neither names the other, nor is there more between them than blanks. */
function apart(first: Node, second: Node, text: string): boolean {
  const both = [first, second];
  if (!both.every((node) => node.type === 'function_definition' && !isFixed(node))) return false;
  if (text.slice(first.endIndex, second.startIndex).trim() !== '') return false;
  const names = both.map((node) => nameIn(node, text));
  if (!names.every((name) => /^\w+$/.test(name)) || names[0] === names[1]) return false;
  return (
    !new RegExp(`\\b${names[0]}\\b`).test(textOf(second, text)) &&
    !new RegExp(`\\b${names[1]}\\b`).test(textOf(first, text))
  );
}

export const ORDER: readonly Mutation[] = [
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
    name: 'swapped-functions',
    kind: 'structure',
    styles: ['cpp', 'python'],
    mutate({ root, text }, choice) {
      const replace: Replacement[] = [];
      const holders = descendants(root!, 'module', 'translation_unit', 'declaration_list');
      for (const holder of holders.filter((node) =>
        /^(?:module|translation_unit|declaration_list)$/.test(node.type),
      )) {
        const members = holder.namedChildren.filter((node) => node !== null);
        for (let at = 0; at + 1 < members.length; at += 1) {
          const [first, second] = [members[at]!, members[at + 1]!];
          if (!apart(first, second, text) || !choice.takes(`${nameIn(first, text)} ${nameIn(second, text)}`))
            continue;
          replace.push(
            { start: first.startIndex, end: first.endIndex, text: textOf(second, text) },
            { start: second.startIndex, end: second.endIndex, text: textOf(first, text) },
          );
          at += 1;
        }
      }
      return { replace };
    },
  },
];
