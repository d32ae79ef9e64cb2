import { newlineOf } from '../../../source/text.js';
import { descendants, textOf } from '../../../syntax/query.js';
import type { Mutation } from '../mutation.js';

/** What the text that is never read is bound to. */
export const NOISE_NAME = '_TEXT_OF_NOISE';

/** A few lines of the file's own code, as text that is never run. */
function echo(text: string, seed: number): string[] {
  const lines = text.split(/\r?\n/).filter((line) => /\w/.test(line) && !/["'`\\]|\*\/|dgx-patch/.test(line));
  const from = lines.length === 0 ? 0 : seed % lines.length;
  return lines.slice(from, from + 12).map((line) => line.trim());
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
];
