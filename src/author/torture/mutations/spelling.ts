import { readCMake } from '../../../syntax/cmake.js';
import type { Node } from '../../../syntax/document.js';
import { descendants, textOf } from '../../../syntax/query.js';
import type { Choice } from '../choice.js';
import { isFixed } from '../leaves.js';
import type { Mutation, Replacement, Subject } from '../mutation.js';

const CODE = ['cpp', 'python'] as const;
const MIRROR: Readonly<Record<string, string>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
};
const COMPARISONS = ['comparison_operator', 'binary_expression'];

interface Comparison {
  readonly node: Node;
  readonly left: string;
  readonly operator: string;
  readonly right: string;
}

/** Comparisons and connections of two operands, on what is code. */
function pairs({ root, text }: Subject, operators: RegExp, ...types: string[]): Comparison[] {
  return descendants(root!, ...types).flatMap((node) => {
    if (isFixed(node) || node.namedChildCount !== 2 || node.childCount !== 3) return [];
    const [left, operator, right] = node.children.map((child) => textOf(child!, text)) as [
      string,
      string,
      string,
    ];
    return operators.test(operator) ? [{ node, left, operator, right }] : [];
  });
}

const replace = (node: Node, text: string): Replacement => ({
  start: node.startIndex,
  end: node.endIndex,
  text,
});

/** Nodes of some types that are code and chosen, each rewritten; undefined leaves one as it is. */
const each = (
  name: string,
  styles: Mutation['styles'],
  types: readonly string[],
  rewrite: (node: Node, subject: Subject, choice: Choice) => string | undefined,
  rate = 2,
): Mutation => ({
  name,
  kind: 'spelling',
  styles,
  mutate(subject, choice) {
    const { root, text } = subject;
    return {
      replace: descendants(root!, ...types).flatMap((node) => {
        if (isFixed(node) || !choice.takes(textOf(node, text).replace(/\s+/g, ''), rate)) return [];
        const written = rewrite(node, subject, choice);
        return written === undefined ? [] : [replace(node, written)];
      }),
    };
  },
});

export const SPELLING: readonly Mutation[] = [
  {
    name: 'swapped-comparison',
    kind: 'spelling',
    styles: CODE,
    mutate: (subject, choice) => ({
      replace: pairs(subject, /^(?:[=!]=|[<>]=?)$/, ...COMPARISONS)
        .filter(({ left, right }) => choice.takes(left + right))
        .map(({ node, left, operator, right }) => replace(node, `${right} ${MIRROR[operator]} ${left}`)),
    }),
  },
  {
    name: 'de-morgan',
    kind: 'spelling',
    styles: CODE,
    mutate: (subject, choice) => ({
      replace: pairs(subject, /^(?:and|or|&&|\|\|)$/, 'boolean_operator', 'binary_expression')
        .filter(({ left, right }) => !/\n/.test(left + right) && choice.takes(left + right, 3))
        .map(({ node, left, operator, right }) => {
          const other =
            operator === 'and' ? 'or' : operator === 'or' ? 'and' : operator === '&&' ? '||' : '&&';
          return subject.style === 'python'
            ? replace(node, `(not (not (${left}) ${other} not (${right})))`)
            : replace(node, `(!(!(${left}) ${other} !(${right})))`);
        }),
    }),
  },
  each('hexadecimal', CODE, ['integer', 'number_literal'], (node, { text }) => {
    const now = textOf(node, text);
    return /^[1-9]\d*$/.test(now) ? `0x${Number(now).toString(16)}` : undefined;
  }),
  each('parentheses', ['python'], ['assignment', 'return_statement'], (node, { text }) => {
    const value = node.type === 'assignment' ? node.childForFieldName('right') : node.namedChild(0);
    if (!value || /^(?:yield|await|expression_list|assignment|parenthesized_expression)$/.test(value.type))
      return undefined;
    const before = text.slice(node.startIndex, value.startIndex);
    return `${before}(${textOf(value, text)})${text.slice(value.endIndex, node.endIndex)}`;
  }),
  each('quotes', ['python'], ['string'], (node, { text }) => {
    const now = textOf(node, text);
    const match = /^([rbuRBU]{0,2})(["'])([^"'\\\n]*)\2$/.exec(now);
    if (!match || node.parent?.type === 'expression_statement') return undefined;
    const quote = match[2] === '"' ? "'" : '"';
    return `${match[1]}${quote}${match[3]}${quote}`;
  }),
  each(
    'string-pieces',
    ['python'],
    ['string'],
    (node, { text }) => {
      const match = /^(["'])([^"'\\\n{}]{4,})\1$/.exec(textOf(node, text));
      if (!match || !/^(?:argument_list|tuple|list|keyword_argument)$/.test(node.parent?.type ?? ''))
        return undefined;
      const [, quote, body] = match as unknown as [string, string, string];
      const half = Math.floor(body.length / 2);
      return `${quote}${body.slice(0, half)}${quote} ${quote}${body.slice(half)}${quote}`;
    },
    3,
  ),
  each('keyword-order', ['python'], ['argument_list'], (node, { text }) => {
    const keywords = node.namedChildren.filter((child) => child?.type === 'keyword_argument') as Node[];
    const gap = node.namedChildren.some(
      (child) => child && /^(?:comment|dictionary_splat)$/.test(child.type),
    );
    if (keywords.length < 2 || gap) return undefined;
    const [first, last] = [keywords[0]!, keywords.at(-1)!];
    return (
      text.slice(node.startIndex, first.startIndex) +
      textOf(last, text) +
      text.slice(first.endIndex, last.startIndex) +
      textOf(first, text) +
      text.slice(last.endIndex, node.endIndex)
    );
  }),
  each(
    'alternative-tokens',
    ['cpp'],
    ['binary_expression'],
    (node, { text }) => {
      const operator = node.child(1);
      const word = operator && ({ '&&': 'and', '||': 'or' } as Record<string, string>)[operator.type];
      if (!operator || !word) return undefined;
      return `${text.slice(node.startIndex, operator.startIndex)}${word}${text.slice(operator.endIndex, node.endIndex)}`;
    },
    3,
  ),
  {
    name: 'cmake-spelling',
    kind: 'spelling',
    styles: ['cmake'],
    mutate: ({ text }, choice) => ({
      replace: readCMake(text).commands.flatMap(({ name, start, end, args }) => {
        if (!choice.takes(text.slice(start, end), 2)) return [];
        const upper = {
          start,
          end: start + name.length,
          text: text.slice(start, start + name.length).toUpperCase(),
        };
        const [first] = args;
        // A name in quotes is the same name, where the command takes a variable.
        const quoted = name === 'set' && first?.kind === 'unquoted' && /^\w+$/.test(first.value);
        return [
          upper,
          ...(quoted ? [{ start: first!.start, end: first!.end, text: `"${first!.value}"` }] : []),
        ];
      }),
    }),
  },
];
