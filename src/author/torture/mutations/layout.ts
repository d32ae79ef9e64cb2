import { newlineOf } from '../../../source/text.js';
import { readCMake } from '../../../syntax/cmake.js';
import type { Node } from '../../../syntax/document.js';
import { descendants, textOf } from '../../../syntax/query.js';
import { isFixed, leavesOf } from '../leaves.js';
import type { Change, Mutation, Replacement, Subject } from '../mutation.js';

const ALL = ['cpp', 'python', 'cmake'] as const;
const BRACKETS = [
  'argument_list',
  'parameters',
  'tuple',
  'list',
  'dictionary',
  'set',
  'parenthesized_expression',
  'parameter_list',
  'initializer_list',
  'condition_clause',
] as const;

/** Byte ranges whose line ends and blanks belong to a string or a comment. */
function textRanges({ root, text, style }: Subject): readonly { start: number; end: number }[] {
  if (style === 'cmake') {
    const { commands, comments } = readCMake(text);
    return [...comments, ...commands.flatMap(({ args }) => args.filter(({ kind }) => kind !== 'unquoted'))];
  }
  const types = [
    'string',
    'comment',
    'string_literal',
    'raw_string_literal',
    'preproc_def',
    'preproc_function_def',
  ];
  return descendants(root!, ...types).map((node) => ({ start: node.startIndex, end: node.endIndex }));
}

/** Each line's start, for lines that begin in code. */
function codeLines(subject: Subject): number[] {
  const inText = textRanges(subject);
  const starts: number[] = [];
  let next = 0;
  for (let at = 0; at < subject.text.length; ) {
    while (inText[next] && inText[next]!.end <= at) next += 1;
    const range = inText[next];
    if (!range || at <= range.start) starts.push(at);
    const end = subject.text.indexOf('\n', at);
    if (end < 0) break;
    at = end + 1;
  }
  return starts;
}

const wholly = (name: string, change: (subject: Subject) => string): Mutation => ({
  name,
  kind: 'layout',
  styles: ALL,
  mutate(subject): Change | undefined {
    const text = change(subject);
    return text === subject.text ? undefined : { text };
  },
});

/** Brackets of code that hold no comment, and no text over several lines. */
function brackets({ root, text }: Subject): Node[] {
  return descendants(root!, ...BRACKETS).filter(
    (node) =>
      !isFixed(node) &&
      node.namedChildCount > 0 &&
      descendants(node, 'comment', 'preproc_if', 'preproc_ifdef', 'lambda_expression').length === 0 &&
      !leavesOf(node).some((leaf) => text.slice(leaf.start, leaf.end).includes('\n')),
  );
}

/** The gaps between the tokens of a node, with the tokens around each. */
function gaps(
  node: Node,
  text: string,
  gap: (before: string, after: string, now: string) => string,
): Replacement[] {
  const leaves = leavesOf(node);
  return leaves.slice(1).flatMap((leaf, index) => {
    const before = leaves[index]!;
    const now = text.slice(before.end, leaf.start);
    if (/[^\s\\]/.test(now)) return [];
    const wanted = gap(text.slice(before.start, before.end), text.slice(leaf.start, leaf.end), now);
    return wanted === now ? [] : [{ start: before.end, end: leaf.start, text: wanted }];
  });
}

export const LAYOUT: readonly Mutation[] = [
  wholly('crlf', ({ text }) => text.replace(/\r?\n/g, '\r\n')),
  wholly('bom', ({ text }) => (text.startsWith('\xef\xbb\xbf') ? text : `\xef\xbb\xbf${text}`)),
  wholly('no-final-newline', ({ text }) => text.trimEnd()),
  wholly('trailing-blanks', (subject) => {
    const { text } = subject;
    const at = new Set(codeLines(subject));
    return text.replace(/^([^\n]*[^\s\\])(\r?\n)/gm, (line, code: string, end: string, offset: number) =>
      at.has(offset) && at.has(offset + line.length) ? `${code}  ${end}` : line,
    );
  }),
  wholly('tabs', (subject) => {
    if (subject.style === 'python') return subject.text;
    const at = new Set(codeLines(subject));
    return subject.text.replace(/^( {2,})/gm, (blanks, _: string, offset: number) =>
      at.has(offset) ? '\t'.repeat(Math.floor(blanks.length / 2)) + ' '.repeat(blanks.length % 2) : blanks,
    );
  }),
  wholly('two-blanks', (subject) => {
    if (subject.style !== 'python') return subject.text;
    const at = new Set(codeLines(subject));
    return subject.text.replace(/^( {4})+/gm, (blanks, _: string, offset: number) =>
      at.has(offset) ? ' '.repeat(blanks.length / 2) : blanks,
    );
  }),
  {
    name: 'many-lines',
    kind: 'layout',
    styles: ['cpp', 'python'],
    mutate(subject, choice) {
      const { text } = subject;
      const newline = newlineOf(text);
      const replace = brackets(subject)
        .filter((node) => choice.takes(textOf(node, text), 3))
        .flatMap((node) =>
          gaps(node, text, (before, after, now) =>
            /^[([{,]$/.test(before) && !/^[)\]}]$/.test(after) ? `${newline}        ` : now,
          ),
        );
      return { replace };
    },
  },
  {
    name: 'one-line',
    kind: 'layout',
    styles: ['cpp', 'python'],
    mutate(subject, choice) {
      const { text } = subject;
      const replace = brackets(subject)
        .filter(
          (node) => textOf(node, text).includes('\n') && choice.takes(textOf(node, text).replace(/\s+/g, '')),
        )
        .flatMap((node) =>
          gaps(node, text, (before, after, now) =>
            now.includes('\n') ? (/^[([{]$/.test(before) || /^[)\]}]$/.test(after) ? '' : ' ') : now,
          ),
        );
      return { replace };
    },
  },
  {
    name: 'comments',
    kind: 'layout',
    styles: ALL,
    mutate(subject, choice) {
      const { text, style } = subject;
      const newline = newlineOf(text);
      if (style === 'cmake') {
        const replace = readCMake(text)
          .commands.filter(
            ({ args, start, end }) => args.length > 1 && choice.takes(text.slice(start, end), 3),
          )
          .map(({ args }) => {
            const { start, kind } = args[1]!;
            const at = kind === 'unquoted' ? start : start - 1;
            return { start: at, end: at, text: `# a note${newline}    ` };
          })
          .filter(({ start }) => /[\s(]/.test(text[start - 1] ?? ''));
        return { replace };
      }
      const note = style === 'python' ? `  # a note${newline}        ` : ' /* a note */ ';
      const replace = brackets(subject)
        .filter((node) => choice.takes(textOf(node, text), 4))
        .flatMap((node) =>
          gaps(node, text, (before, _, now) => (before === ',' ? note + now.trimStart() : now)),
        );
      return { replace };
    },
  },
];
