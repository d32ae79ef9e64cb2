import { indentAt, lineStart, newlineOf } from '../../../source/text.js';
import type { Node } from '../../../syntax/document.js';
import { descendants, field, textOf } from '../../../syntax/query.js';
import { HELPER, LOCAL } from '../added.js';
import type { Choice } from '../choice.js';
import { isFixed } from '../leaves.js';
import type { Change, Mutation, Replacement, Subject } from '../mutation.js';

/** A statement, and the value in it that goes through a name. */
interface Held {
  readonly node: Node;
  readonly value: Node;
}

/** Conditions and returned values on one line, one a block, whose statement stands first on its own. */
function heldIn({ root, text }: Subject, choice: Choice, ...types: string[]): Held[] {
  const taken = new Set<number>();
  return descendants(root!, ...types).flatMap((node) => {
    const value = node.type === 'if_statement' ? field(node, 'condition') : node.namedChild(0);
    const inBlock = /^(?:block|compound_statement)$/.test(node.parent?.type ?? '');
    if (!value || !inBlock || !node.parent?.parent || isFixed(node) || taken.has(node.parent.id)) return [];
    if (/^(?:expression_list|initializer_list|yield|await)$/.test(value.type)) return [];
    const said = textOf(value, text);
    if (/:=|co_await|\n/.test(said) || !choice.takes(said)) return [];
    if (!/^[ \t]*$/.test(text.slice(lineStart(text, node.startIndex), node.startIndex))) return [];
    taken.add(node.parent.id);
    return [{ node, value }];
  });
}

/** Defines something on the lines before a statement, and puts `use` where its value stood. */
function before({ node, value }: Held, text: string, lines: readonly string[], use: string): Replacement[] {
  const indent = indentAt(text, node.startIndex);
  const defined = lines.map((line) => `${line}${newlineOf(text)}${indent}`).join('');
  return [
    { start: node.startIndex, end: node.startIndex, text: defined },
    { start: value.startIndex, end: value.endIndex, text: use },
  ];
}

const inner = (value: Node, text: string): string => textOf(value, text).replace(/^\((.*)\)$/s, '$1');

const mutation = (name: string, mutate: (subject: Subject, choice: Choice) => Replacement[]): Mutation => ({
  name,
  kind: 'structure',
  styles: ['cpp', 'python'],
  mutate: (subject, choice): Change => ({ replace: mutate(subject, choice) }),
});

export const THROUGH: readonly Mutation[] = [
  mutation('through-a-local', (subject, choice) => {
    const { text, style } = subject;
    return heldIn(subject, choice, 'return_statement', 'if_statement').flatMap((held) => {
      const { node, value } = held;
      if (style === 'python') return before(held, text, [`${LOCAL} = ${textOf(value, text)}`], LOCAL);
      const use = node.type === 'return_statement' ? LOCAL : `(${LOCAL})`;
      return before(held, text, [`const auto ${LOCAL} = ${inner(value, text)};`], use);
    });
  }),
  mutation('through-a-helper', (subject, choice) => {
    const { text, style } = subject;
    return heldIn(subject, choice, 'if_statement').flatMap((held) => {
      const { node, value } = held;
      const deeper = '    ';
      if (style === 'python') {
        const lines = [`def ${HELPER}():`, `${deeper}return ${textOf(value, text)}`];
        return before(held, text, lines, `${HELPER}()`);
      }
      // What a lambda gives back is no constant expression.
      if (/^if\s+constexpr\b/.test(textOf(node, text))) return [];
      const lambda = `const auto ${HELPER} = [&] { return ${inner(value, text)}; };`;
      return before(held, text, [lambda], `(${HELPER}())`);
    });
  }),
];
