import fc from 'fast-check';

/** C files of nested conditions. Every line of code is one `line N;`, so that a compiler tells which it sees. */

const names = ['A', 'B', 'C'];
const literal = fc.constantFrom('0', '1', '2', '7', '010', '0x1F', '0b11', "1'000", '1210', '3L', '12u');

const operand: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  { weight: 3, arbitrary: literal },
  fc.constantFrom(
    'defined(A)',
    'defined B',
    'defined ( F )',
    'UNKNOWN',
    'true',
    'false',
    'F(A)',
    'F( 1 )',
    'G(B, 2)',
    'P(1)',
  ),
);

/** Signed operands only take part in what is the same for signed and unsigned ones: no minus beside `12u`. */
const expression: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    operand,
    fc
      .tuple(
        tie('any'),
        fc.constantFrom('&&', '||', '==', '!=', '<', '>=', '+', '*', '&', '|', '^', '<<', 'and', 'or'),
        tie('any'),
      )
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    tie('any').map((a) => `(${a})`),
    tie('any').map((a) => `!(${a})`),
    tie('any').map((a) => `(${a}) ? 3 : 0`),
  ),
})).any;

/** Long shifts are undefined in C. */
const condition = expression.filter((text) => !/<<.*<<|<< (?:1210|1'000|\(|!|[A-Z])/.test(text));

const comment = fc.constantFrom(
  '',
  '',
  '',
  ' // why',
  ' /* why */',
  ' // #endif',
  ' /* two\n#else\n lines */',
  ' // one \\\n#if 0',
);
const hash = fc.constantFrom('#', '# ', '  #', '/* c */ #');

const directive = (name: string, rest: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(hash, rest, comment, fc.boolean())
    .map(([mark, text, end, split]) => `${mark}${name} ${split ? text.replace(' ', ' \\\n ') : text}${end}`);

const opening = fc.oneof(
  { weight: 4, arbitrary: directive('if', condition) },
  directive('ifdef', fc.constantFrom(...names, 'EMPTY', 'F')),
  directive('ifndef', fc.constantFrom(...names, 'EMPTY', 'UNKNOWN')),
);

const define = fc.oneof(
  directive(
    'define',
    fc
      .tuple(
        fc.constantFrom(...names),
        fc.oneof(literal, fc.constantFrom('1 + 1', 'B', 'A || B', '(C)', 'F(2)', 'defined(C)')),
      )
      .map((parts) => parts.join(' ')),
  ),
  directive(
    'define',
    fc.constantFrom('F(x) x', 'F(x) ((x) > 1)', 'G(a,b) (a * 2 + b)', 'P(n) A ## n', 'A1 5'),
  ),
  directive('undef', fc.constantFrom(...names, 'EMPTY')),
  directive('define', fc.constant('EMPTY')),
);

const oddText = fc.constantFrom(
  '/* a comment\n#if 1\n*/',
  '// a comment \\\n#endif',
  'auto s = "/* no comment";',
  'char c = \'"\'; // "',
  "int n = 1'000; /* ' */",
  'auto r = R"x(\n#if 0\n/*)" )x";',
  '/* " */ int k;',
);

/** Called above, so defined in every file: a call of an unknown macro is an error in C. */
const PRELUDE = ['#define F(x) (x)', '#define G(a, b) a + b', '#define P(n) A ## n', '#define A1 7'];

const block = (depth: number): fc.Arbitrary<string[]> => {
  const code: fc.Arbitrary<string[]> = fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>(['@']) },
    { weight: 3, arbitrary: define.map((line) => [line]) },
    oddText.map((text) => [text]),
  );
  if (depth === 0) return fc.array(code, { maxLength: 3 }).map((lists) => lists.flat());
  const inner = block(depth - 1);
  const group = fc
    .tuple(
      opening,
      inner,
      fc.array(fc.tuple(directive('elif', condition), inner), { maxLength: 2 }),
      fc.option(inner),
      comment,
    )
    .map(([open, first, elifs, last, end]) => [
      open,
      '@',
      ...first,
      ...elifs.flatMap(([elif, body]) => [elif, '@', ...body]),
      ...(last ? ['#else', '@', ...last] : []),
      `#endif${end}`,
    ]);
  return fc
    .array(fc.oneof(code, { weight: 2, arbitrary: group }), { maxLength: 4 })
    .map((lists) => lists.flat());
};

/** A file, and whether it has a line of code at all. */
export const conditionalFile = fc
  .tuple(block(3), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, eol, last]) => {
    const numbered = [...PRELUDE, ...lines].map((line, index) => (line === '@' ? `line ${index};` : line));
    return {
      text: numbered.join('\n').replaceAll('\n', eol) + (last ? eol : ''),
      hasCode: lines.includes('@'),
    };
  });
