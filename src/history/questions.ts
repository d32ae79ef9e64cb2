import type { Where } from '../source/tree.js';

/** What a judge can ask of a tree. The same question may have another answer in another tree. */
export type Question =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'listing'; readonly pattern: RegExp }
  | { readonly kind: 'holders'; readonly where: Where; readonly content: RegExp };

type Pattern = readonly [source: string, flags: string];

const patternOf = ({ source, flags }: RegExp): Pattern => [source, flags];
const regExpOf = ([source, flags]: Pattern): RegExp => new RegExp(source, flags);

/** The question as text: the same text means the same question, in any process. */
export function keyOf(question: Question): string {
  switch (question.kind) {
    case 'file':
      return JSON.stringify(['file', question.path]);
    case 'listing':
      return JSON.stringify(['listing', patternOf(question.pattern)]);
    case 'holders': {
      const { where, content } = question;
      const place = where instanceof RegExp ? { match: patternOf(where) } : { paths: where };
      return JSON.stringify(['holders', place, patternOf(content)]);
    }
  }
}

/** The question of a key that `keyOf` made. */
export function questionOf(key: string): Question {
  const parts = JSON.parse(key) as
    | ['file', string]
    | ['listing', Pattern]
    | ['holders', { match: Pattern } | { paths: readonly string[] }, Pattern];
  switch (parts[0]) {
    case 'file':
      return { kind: 'file', path: parts[1] };
    case 'listing':
      return { kind: 'listing', pattern: regExpOf(parts[1]) };
    case 'holders': {
      const where = 'match' in parts[1] ? regExpOf(parts[1].match) : parts[1].paths;
      return { kind: 'holders', where, content: regExpOf(parts[2]) };
    }
  }
}
