import type { Words } from './words.js';

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** When a command's words apply: every word of its path was seen, and no further command. */
function condition({ path, commands }: Words): string {
  const seen = path === '' ? [] : path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const further = commands.map(({ name }) => name);
  const none = further.length > 0 ? [`not __fish_seen_subcommand_from ${further.join(' ')}`] : [];
  return [...seen, ...none].join('; and ');
}

/** A completion for fish: `dgx-patch completion fish | source`. */
export function fish(all: readonly Words[]): string {
  const lines = all.flatMap((words) => {
    const when = `complete -c dgx-patch -n ${quoted(condition(words))}`;
    return [
      ...words.commands.map(({ name, about }) => `${when} -f -a ${name} -d ${quoted(about)}`),
      ...words.options.map(({ flag, about, values, takesValue }) => {
        const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
        return `${when} -l ${flag.slice(2)}${value} -d ${quoted(about)}`;
      }),
    ];
  });
  return `# fish completion for dgx-patch\n${lines.join('\n')}\n`;
}
