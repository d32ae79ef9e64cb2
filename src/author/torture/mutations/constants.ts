import { newlineOf } from '../../../source/text.js';
import type { Node } from '../../../syntax/document.js';
import { ancestor, descendants, field, textOf } from '../../../syntax/query.js';
import { CONSTANT } from '../added.js';
import { isFixed } from '../leaves.js';
import type { Mutation, Subject } from '../mutation.js';

/** The first member of a file that is neither a comment nor brings in other files. */
export function firstOf(root: Node): Node | undefined {
  const isHead =
    /^(?:comment|preproc_include|preproc_call|import_statement|import_from_statement|future_import_statement)$/;
  return root.namedChildren.find(
    (child, at): child is Node =>
      // A docstring.
      child !== null && !isHead.test(child.type) && !(at === 0 && child.type === 'expression_statement'),
  );
}

/** Numbers of two digits and more in the bodies of functions. */
function numbersOf({ root, text }: Subject): readonly Node[] {
  return descendants(root!, 'integer', 'number_literal').filter((node) => {
    const fn = ancestor(node, 'function_definition');
    const body = field(fn, 'body');
    const within = body && node.startIndex >= body.startIndex;
    return within && /^[1-9]\d+$/.test(textOf(node, text)) && !isFixed(node);
  });
}

export const CONSTANTS: readonly Mutation[] = [
  {
    name: 'named-number',
    kind: 'names',
    styles: ['cpp', 'python'],
    mutate(subject, choice) {
      const { root, text, style } = subject;
      if (text.includes(CONSTANT)) return undefined;
      const numbers = numbersOf(subject);
      const all = [...new Set(numbers.map((node) => textOf(node, text)))];
      const number = all.sort((a, b) => choice.of(a, 1 << 30) - choice.of(b, 1 << 30))[0];
      const first = firstOf(root!);
      if (number === undefined || !first || (style === 'cpp' && first.type === 'ERROR')) return undefined;
      const named = style === 'python' ? `${CONSTANT} = ${number}` : `#define ${CONSTANT} ${number}`;
      const start = first.startIndex;
      // A directive has a line of its own.
      if (!/(?:^|\n)[ \t]*$/.test(text.slice(0, start))) return undefined;
      return {
        replace: [
          { start, end: start, text: `${named}${newlineOf(text)}` },
          ...numbers
            .filter((node) => textOf(node, text) === number && choice.takes(`${number}`, 1))
            // The grammar takes `dim3 grid(NAME)` for a function.
            .filter(
              ({ parent }) => parent?.type !== 'argument_list' || parent.parent?.type !== 'init_declarator',
            )
            .map((node) => ({ start: node.startIndex, end: node.endIndex, text: CONSTANT })),
        ],
      };
    },
  },
];
