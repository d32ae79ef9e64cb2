import type { Words } from './words.js';

/** Text within single quotes, where `_describe` and `_arguments` give a colon and brackets a meaning. */
const safe = (text: string): string => text.replaceAll("'", '’').replace(/[[\]:\\]/g, ' ');

const functionName = (path: string): string =>
  `_dgx_patch${path === '' ? '' : `_${path.replace(/[ -]/g, '_')}`}`;

function functionOf({ path, commands, options }: Words): string {
  const flags = options.map(({ flag, about, values, takesValue }) => {
    const value = values.length > 0 ? `:value:(${values.join(' ')})` : takesValue ? ':value:_files' : '';
    return `    '*${flag}[${safe(about)}]${value}'`;
  });
  if (commands.length === 0) {
    return `${functionName(path)}() {\n  _arguments \\\n${flags.join(' \\\n')} \\\n    '*:file:_files'\n}`;
  }
  const names = commands.map(({ name, about }) => `    '${name}:${safe(about)}'`);
  const cases = commands.map(({ name }) => `    ${name}) ${functionName(`${path} ${name}`.trim())} ;;`);
  return `${functionName(path)}() {
  local -a commands=(
${names.join('\n')}
  )
  local line state
  _arguments -C \\
${flags.join(' \\\n')} \\
    '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest) case $line[1] in
${cases.join('\n')}
    esac ;;
  esac
}`;
}

/** A completion for zsh: `source <(dgx-patch completion zsh)`, after compinit. */
export function zsh(all: readonly Words[]): string {
  return `#compdef dgx-patch\n${all.map(functionOf).join('\n')}\ncompdef _dgx_patch dgx-patch\n`;
}
