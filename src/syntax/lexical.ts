import type { Language } from './document.js';

const STRINGS = String.raw`"""(?:\\[\s\S]|[^\\])*?"""|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'`;
const REST = String.raw`\\\r?\n|\.?\d(?:[\w.]|'(?=\w))*|[A-Za-z_]\w*|(?:<<|>>|\*\*|\/\/)=?|[-+*/%&|^=!<>:]=|&&|\|\||->|::`;
const PYTHON = new RegExp(String.raw`${STRINGS}|#[^\n]*|\n[ \t]*(?=[^\s#])|${REST}|\S`, 'g');
const CPP = new RegExp(String.raw`${STRINGS}|\/\/[^\n]*|\/\*[\s\S]*?\*\/|${REST}|\S`, 'g');
const IN = '\u21e5';
const OUT = '\u21e4';

function written(token: string): string {
  if (/^["']/.test(token)) return `"${token.replace(/^("""|"|')([\s\S]*)\1$/, '$2')}"`;
  const number = token.replace(/['_]|[uUlL]+$/g, '');
  return /^(?:0[xX][\da-fA-F]+|0[bB][01]+|[1-9]\d*|0)$/.test(number) ? String(Number(number)) : token;
}

/**
 * The tokens of a piece of code: no comments, no layout but Python's blocks, integers by value, one kind of
 * quotes, no comma before a closing bracket.
 */
export function tokensOf(text: string, language: Language): string[] {
  const found: string[] = [];
  const blocks: number[] = [/^[ \t]*/.exec(text)![0].length];
  let depth = 0;
  for (const [token] of text.matchAll(language === 'python' ? PYTHON : CPP)) {
    if (/^\\\r?\n$/.test(token) || /^(?:#.|\/\/.|\/\*)/.test(token)) continue;
    if (token.startsWith('\n')) {
      if (depth > 0) continue;
      const indent = token.length - 1;
      if (indent > blocks.at(-1)!) {
        blocks.push(indent);
        found.push(IN);
      }
      for (; indent < blocks.at(-1)! && blocks.length > 1; blocks.pop()) found.push(OUT);
      continue;
    }
    if (/^[([{]$/.test(token)) depth += 1;
    else if (/^[)\]}]$/.test(token)) {
      depth -= 1;
      if (found.at(-1) === ',') found.pop();
    }
    found.push(written(token));
  }
  return found;
}

/** Python code as its tokens, without blanks but between words: what patterns are looked for in. */
export function spelled(text: string): string {
  return tokensOf(text, 'python')
    .join('\n')
    .replace(/(\w)\n(?=\w)/g, '$1 ')
    .replaceAll('\n', '');
}

/** True where the tokens from a place on are the wanted ones, names that these bind renamed or not. */
function matchesAt(
  held: readonly string[],
  at: number,
  wanted: readonly string[],
  bound: ReadonlySet<string>,
) {
  const names = new Map<string, string>();
  const own = new Set(wanted);
  return wanted.every((token, index) => {
    const now = held[at + index];
    if (now === undefined || !bound.has(token)) return now === token;
    if (!names.has(token) && (now === token || (!own.has(now) && ![...names.values()].includes(now))))
      names.set(token, now);
    return names.get(token) === now;
  });
}

/** True where a piece of code holds another one, token by token; the names that it gives values to are its own. */
export function holdsCode(text: string, code: string, language: Language): boolean {
  const [held, wanted] = [tokensOf(text, language), tokensOf(code, language)];
  const binds = (at: number): boolean =>
    /^[A-Za-z_]\w*$/.test(wanted[at]!) && wanted[at + 1] === '=' && !/^[.(,]$/.test(wanted[at - 1] ?? '');
  const bound = new Set(wanted.filter((_, at) => binds(at)));
  return held.some((_, at) => matchesAt(held, at, wanted, bound));
}
