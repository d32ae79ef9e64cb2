/** Words that hold a language's sentences together: no text of some length does without them. */
const HOLDING = {
  English:
    'a an the and or but nor so if then than as of to in on at by for from with into over under through between after before while when where who whom whose which what that this these those there here it its he him his she her they them their we us our you your i me my is are was were be been being am do does did done has have had will would can could may might must shall should not no only also just very more most some any all each every one two up down out off about again never always',
  German:
    'der die das den dem des ein eine einen einem einer eines und oder aber denn so wenn dann als wie von zu in im ins an am auf bei für aus mit nach vor über unter durch zwischen während wo wer was welche dass dieser diese dieses es er ihn ihm sie ihr ihre ihren sein seine seinen wir uns ich mich mir mein du dich dir dein ist sind war waren wird werden wurde kann können mag muss soll nicht kein keine nur auch sehr mehr man sich hat haben hatte zum zur vom noch schon immer nie',
} as const;

export type Language = keyof typeof HOLDING;

const words = (language: Language): ReadonlySet<string> => new Set(HOLDING[language].split(' '));
const SETS: Record<Language, ReadonlySet<string>> = { English: words('English'), German: words('German') };

/** Words that are looked at together. */
const WINDOW = 24;
/** Prose has about half; lists and names fewer. */
const LEAST_HOLDING = 3;
const MOST_ODD = 0.3;

/** The word without what stands around it in a sentence, or in Markdown. */
const bare = (token: string): string => token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

/** No word of a language that is written with Latin letters: letters with digits or signs, or no vowel. */
function odd(token: string): boolean {
  const word = bare(token);
  if (word === '') return false;
  if (/\p{L}/u.test(word) && /[^\p{L}'’.\-–/]/u.test(word)) return true;
  return /^\p{L}{4,}$/u.test(word) && !/[aeiouyäöüéèêàáâîïôœû]/iu.test(word) && word !== word.toUpperCase();
}

/**
 * Where a text stops being prose of a language: the number of words before, and why. Undefined where it does
 * not. A text that is too short for one window is not judged.
 */
export function decay(
  text: string,
  language: Language,
): { readonly after: number; readonly why: string } | undefined {
  const tokens = text.split(/\s+/).filter((token) => bare(token) !== '');
  for (let from = 0; from + WINDOW <= tokens.length; from += WINDOW / 2) {
    const window = tokens.slice(from, from + WINDOW);
    if (window.filter(odd).length > MOST_ODD * WINDOW) return { after: from, why: 'words that are none' };
    const holding = window.filter((token) => SETS[language].has(bare(token).toLowerCase())).length;
    if (holding < LEAST_HOLDING) return { after: from, why: `no ${language} sentence` };
  }
  return undefined;
}
