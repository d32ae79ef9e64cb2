/** A question with one right answer in few words. */
export interface Question {
  readonly text: string;
  /** Matches the whole answer: a sentence may lead to it, and nothing may follow. */
  readonly answer: RegExp;
}

const WORD = 'Answer with one word and nothing else.';
const NUMBER = 'Answer with the number and nothing else.';

const whole = (answer: string): RegExp =>
  new RegExp(`^(?:[^.!?\\n]{0,80}\\b(?:is|ist|=|:) ?)?${answer}$`, 'i');

export const CAPITAL: Question = {
  text: `What is the capital of France? ${WORD}`,
  answer: whole('paris(?:, france)?'),
};

/** Facts, arithmetic, and a second language. */
export const KNOWN: readonly Question[] = [
  CAPITAL,
  { text: `Which day comes after Monday? ${WORD}`, answer: whole('tuesday') },
  { text: `What is 17 + 25? ${NUMBER}`, answer: whole('42') },
  { text: `What is 12 times 12? ${NUMBER}`, answer: whole('144') },
  { text: 'Wie heißt die Hauptstadt von Italien? Antworte nur mit einem Wort.', answer: whole('rom') },
];

export const STORY = 'Tell a long story about a lighthouse, in plain prose of at least two hundred words.';
export const GERMAN = 'Erzähle auf Deutsch, in etwa hundert Wörtern, von einem Tag am Meer.';

/** An answer without its signs: emphasis, quotes, a full stop. */
export function plainAnswer(text: string): string {
  return text
    .replace(/[*_`"'“”„]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!]$/, '');
}
