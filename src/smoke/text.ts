import { decay, type Language } from './words.js';

/** So many words of a phrase that comes again and again are no figure of speech. */
const LOOP = 12;
const LONGEST_PHRASE = 12;

/** The phrase that a text repeats without end, and the number of words before it. */
function loop(words: readonly string[]): { phrase: string; after: number } | undefined {
  for (let period = 1; period <= LONGEST_PHRASE; period += 1) {
    let run = 0;
    for (let i = period; i < words.length; i += 1) {
      run = words[i] === words[i - period] ? run + 1 : 0;
      if (run >= Math.max(period === 1 ? 7 : LOOP, 2 * period))
        return { phrase: words.slice(i - period + 1, i + 1).join(' '), after: i - run - period + 1 };
    }
  }
  return undefined;
}

const after = (words: number): string => (words === 0 ? '' : `after ${words} words, `);

/**
 * Why a text is garbage; undefined where it is not. A kernel that computes nothing gives one token over and
 * over (`!!!!`), or bytes that are no text; one that computes nearly right begins well and decays. With a
 * language, the text must be prose of it, as far as it is long enough to tell.
 */
export function garbage(text: string, language?: Language): string | undefined {
  const plain = text.trim();
  if (plain === '') return 'the answer is empty';
  const same = /([^\s\-=_*#.|])\1{7,}|([-=_*#.|])\2{39,}/.exec(plain);
  if (same) return `one character over and over: ${JSON.stringify(same[0].slice(0, 24))}`;
  const odd = [...plain].filter((char) => char === '\uFFFD' || /[\x00-\x08\x0e-\x1f]/.test(char)).length;
  if (odd * 10 > plain.length) return 'bytes that are no text';
  const words = plain.split(/\s+/);
  const again = loop(words);
  if (again) return `${after(again.after)}over and over: ${JSON.stringify(again.phrase)}`;
  const broken = language && decay(plain, language);
  if (!broken) return undefined;
  const there = words.slice(broken.after, broken.after + 8).join(' ');
  return `${after(broken.after)}${broken.why}: ${JSON.stringify(there)}`;
}
