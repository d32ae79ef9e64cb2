/**
 * Why a text is garbage; undefined where it is not. A kernel that computes nothing gives one token over and
 * over (`!!!!`), or bytes that are no text.
 */
export function garbage(text: string): string | undefined {
  const plain = text.trim();
  if (plain === '') return 'the answer is empty';
  if (/(\S)\1{7,}/.test(plain)) return `one character over and over: ${JSON.stringify(plain.slice(0, 24))}`;
  const words = plain.split(/\s+/);
  if (words.length >= 8 && new Set(words).size === 1)
    return `one word over and over: ${JSON.stringify(words[0])}`;
  const odd = [...plain].filter((char) => char === '\uFFFD' || /[\x00-\x08\x0e-\x1f]/.test(char)).length;
  if (odd * 10 > plain.length) return 'bytes that are no text';
  return undefined;
}
