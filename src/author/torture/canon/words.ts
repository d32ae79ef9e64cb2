/** Spellings of operators and literals that mean the same. */

export const MIRROR: Readonly<Record<string, string>> = { '>': '<', '>=': '<=' };

export const NEGATED: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
  in: 'not in',
  'not in': 'in',
  is: 'is not',
  'is not': 'is',
};

export const WORDS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

/** An integer in decimal; anything else as it is. */
export function integer(text: string): string {
  const plain = text.replace(/['_]|[uUlL]+$/g, '');
  if (!/^(?:0[xX][\da-fA-F]+|0[bB][01]+|\d+)$/.test(plain)) return text;
  return String(Number(/^0\d/.test(plain) ? `0o${plain.slice(1)}` : plain));
}

/** The content of a string, whatever its quotes; prefixes that change its meaning stay. */
export function content(text: string): string {
  const match = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(text);
  if (!match) return text;
  const body = match[3]!.replace(/\\(['"])/g, '$1');
  return `${match[1]!.toLowerCase().replace('u', '')}“${body}”`;
}
