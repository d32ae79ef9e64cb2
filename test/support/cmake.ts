import fc from 'fast-check';

/** A text with what a reader of it must find. */
export interface Written<T> {
  readonly text: string;
  readonly means: T;
}

const newline = fc.constantFrom('\n', '\r\n');
/** UTF-8 with the byte A0 in it, which Latin-1 takes for a blank. */
const A_GRAVE = '\xc3\xa0';
const words = (letters: string) => fc.string({ unit: fc.constantFrom(...letters, A_GRAVE), maxLength: 8 });

const lineComment = fc
  .tuple(
    words('ab ()"\\#[').filter((text) => !text.startsWith('[')),
    newline,
  )
  .map(([text, end]) => `#${text}${end}`);
const bracketComment = words('ab \n()"#').map((text) => `#[=[${text}]=]`);
const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r\n'), minLength: 1, maxLength: 3 });

/** What may stand between two arguments, at least one blank. */
const gap = fc
  .tuple(blanks, fc.oneof({ weight: 4, arbitrary: fc.constant('') }, lineComment, bracketComment), blanks)
  .map((parts) => parts.join(''));

const bare = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...'abAZ09_;$<>:+-./{}=[]'.split(''), A_GRAVE) },
      fc.constantFrom('\\ ', '\\"', '\\(', '\\#', '$(X)', '"q \\" r"'),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => !/^(?:"|\[[=[])/.test(text));

const quoted = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(..."ab;()# \n'[]".split(''), A_GRAVE) },
      fc.constantFrom('\\"', '\\\\', '\\;'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => ({ text: `"${parts.join('')}"`, means: parts.join('') }));

const bracketed = fc
  .tuple(words('ab ]=#")(\\\n'), fc.constantFrom('', '=', '=='))
  .filter(([inner, equals]) => !`${inner}]`.includes(`]${equals}]`))
  .map(([inner, equals]) => ({ text: `[${equals}[${inner}]${equals}]`, means: inner.replace(/^\n/, '') }));

const plain: fc.Arbitrary<Written<string>> = fc.oneof(
  bare.map((text) => ({ text, means: text })),
  quoted,
  bracketed,
);

/** Arguments separated by gaps, some of them in nested parentheses. */
const args = (depth: number): fc.Arbitrary<Written<readonly string[]>> => {
  const single = plain.map(({ text, means }) => ({ text, means: [means] as readonly string[] }));
  const nested =
    depth === 0
      ? []
      : [args(depth - 1).map(({ text, means }) => ({ text: `(${text})`, means: ['(', ...means, ')'] }))];
  return fc.array(fc.tuple(fc.oneof(single, ...nested), gap), { maxLength: 4 }).map((list) => ({
    text: list.map(([own, after]) => own.text + after).join(''),
    means: list.flatMap(([own]) => own.means),
  }));
};

export interface CommandFacts {
  readonly name: string;
  readonly args: readonly string[];
}

/** A CMake file of calls of one command, spelt in many ways. */
export const cmakeFile = (name: string): fc.Arbitrary<Written<readonly CommandFacts[]>> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(name, name.toUpperCase()),
        fc.constantFrom('', ' ', '\t '),
        args(2),
        fc.oneof(newline, lineComment),
      ),
      { maxLength: 6 },
    )
    .map((commands) => ({
      text: commands.map(([own, before, list, end]) => `${own}${before}(${list.text})${end}`).join(''),
      means: commands.map(([own, , list]) => ({ name: own.toLowerCase(), args: list.means })),
    }));
