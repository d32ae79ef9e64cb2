import { indentAt, newlineOf } from '../../../source/text.js';
import { readCMake } from '../../../syntax/cmake.js';
import type { Node } from '../../../syntax/document.js';
import { descendants, textOf } from '../../../syntax/query.js';
import { LOOK_ALIKE, NOISE_NAME } from '../added.js';
import type { Choice } from '../choice.js';
import { isFixed, leavesOf } from '../leaves.js';
import type { Mutation } from '../mutation.js';

/** A few lines of the file's own code, as text that is never run. */
function echo(text: string, seed: number): string[] {
  const lines = text.split(/\r?\n/).filter((line) => /\w/.test(line) && !/["'`\\]|\*\/|dgx-patch/.test(line));
  const from = lines.length === 0 ? 0 : seed % lines.length;
  return lines.slice(from, from + 12).map((line) => line.trim());
}

/** A function to copy, one that a line can be put before everywhere: no text of it goes over a line's end. */
function pick(root: Node, text: string, choice: Choice): Node | undefined {
  const found = descendants(root, 'function_definition').filter(
    (node) =>
      !isFixed(node) &&
      leavesOf(node).every(({ start, end }) => !text.slice(start, end).includes('\n')) &&
      !/dgx-patch/.test(textOf(node, text)),
  );
  const order = (node: Node): number => choice.of(textOf(node, text).slice(0, 40), 1 << 30);
  return [...found].sort((a, b) => order(a) - order(b))[0];
}

export const NOISE: readonly Mutation[] = [
  {
    name: 'code-in-comments',
    kind: 'noise',
    styles: ['cpp', 'python', 'cmake'],
    mutate({ text, style }, choice) {
      const newline = newlineOf(text);
      const sign = style === 'cpp' ? '//' : '#';
      const lines = echo(text, choice.of('echo', 1 << 30)).map((line) => `${sign} ${line}`);
      return {
        text: `${text}${text.endsWith('\n') || text === '' ? '' : newline}${lines.join(newline)}${newline}`,
      };
    },
  },
  {
    name: 'code-in-strings',
    kind: 'noise',
    styles: ['python'],
    mutate({ text, root }, choice) {
      const newline = newlineOf(text);
      const fns = descendants(root!, 'function_definition');
      const names = fns.slice(0, 3).map((node) =>
        textOf(node, text)
          .split('\n')[0]!
          .replace(/["\\\r]/g, ''),
      );
      const lines = [...names, ...echo(text, choice.of('echo', 1 << 30))].join(' ');
      return { text: `${text}${text.endsWith('\n') ? '' : newline}${NOISE_NAME} = """${lines}"""${newline}` };
    },
  },
  {
    name: 'look-alike',
    kind: 'noise',
    styles: ['python'],
    mutate({ text, root }, choice) {
      const newline = newlineOf(text);
      const fn = pick(root!, text, choice);
      if (!fn || text.includes(LOOK_ALIKE)) return undefined;
      const indent = indentAt(text, fn.startIndex);
      const lines = textOf(fn, text)
        .split(/\r?\n/)
        .map((line, at) =>
          at === 0 ? `    ${line}` : line.trim() === '' ? '' : `    ${line.slice(indent.length)}`,
        );
      const code = ['', '', `class ${LOOK_ALIKE}:`, ...lines].join(newline);
      return { text: `${text}${text.endsWith('\n') ? '' : newline}${code}${newline}` };
    },
  },
  {
    name: 'dead-code',
    kind: 'noise',
    styles: ['cpp', 'cmake'],
    mutate({ text, root, style }, choice) {
      const newline = newlineOf(text);
      const end = text.endsWith('\n') ? '' : newline;
      if (style === 'cmake') {
        const commands = readCMake(text).commands.filter(({ name }) => /^(?:set|list)$/.test(name));
        const dead = commands[choice.of('dead', Math.max(1, commands.length))];
        if (!dead) return undefined;
        return {
          text: `${text}${end}${['if(FALSE)', text.slice(dead.start, dead.end), 'endif()'].join(newline)}${newline}`,
        };
      }
      const fn = pick(root!, text, choice);
      if (!fn || /^[ \t]*#[ \t]*(?:if|else|elif|endif)/m.test(textOf(fn, text))) return undefined;
      return { text: `${text}${end}${['#if 0', textOf(fn, text), '#endif'].join(newline)}${newline}` };
    },
  },
];
