import type { Words } from './words.js';

const quoted = (words: readonly string[]): string => `'${words.join(' ')}'`;

/** A completion for bash: `source <(dgx-patch completion bash)`. */
export function bash(all: readonly Words[]): string {
  const cases = all.map(({ path, commands, options }) => {
    const words = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)];
    return `    ${quoted([path])}) words=${quoted(words)} ;;`;
  });
  const values = all.flatMap(({ path, options }) =>
    options
      .filter((option) => option.values.length > 0)
      .map(
        ({ flag, values: choices }) =>
          `    ${quoted([`${path} ${flag}`])}) COMPREPLY=($(compgen -W ${quoted(choices)} -- "$current")); return ;;`,
      ),
  );
  const paths = all.map(({ path }) => path).filter((path) => path !== '');
  return `# bash completion for dgx-patch
_dgx_patch() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' word words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$path $word" in
${paths.map((path) => `      ${quoted([path.includes(' ') ? path : ` ${path}`])}) path=${quoted([path])} ;;`).join('\n')}
    esac
  done
  case "$path $previous" in
${values.join('\n')}
  esac
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _dgx_patch dgx-patch
`;
}
