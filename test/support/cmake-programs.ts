// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import fc from 'fast-check';

/** Small CMake scripts that say what they compute with `message(STATUS "…")`. */

const NAMES = ['A', 'B', 'C', 'LIST', 'x_1'];
const name = fc.constantFrom(...NAMES);

/** Pieces of values: what lists, patterns, conditions and references take for something of their own. */
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('a', 'b', 'ab', 'B', '1', '12', '0', '007', '12.1', '12.0f', '-', '+'),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(';', ';;', '\\;', '[', ']', '.', '*', '(', ')', '^', '$', '|', '?'),
  },
  fc.constantFrom(
    'TRUE',
    'OFF',
    'A',
    'B',
    'NOTFOUND',
    'x-NOTFOUND',
    ' ',
    '/',
    '$<1:y>',
    '\\\\',
    '1e1',
    '0x1F',
  ),
);
const text = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));

/** The text of a quoted argument: a literal, with references in it. */
const reference = fc.oneof(
  name.map((own) => `\${${own}}`),
  name.map((own) => `\${\${${own}}}`),
  fc.constantFrom('${CMAKE_MATCH_0}', '${CMAKE_MATCH_1}', '${CMAKE_MATCH_COUNT}', '$ENV{NO}', '$CACHE{A}'),
);
/** In quotes nothing but a quote, a backslash and a reference is special. */
const literal = text.map((own) =>
  own
    .replace(/\\(?!;)/g, '\\\\')
    .replaceAll('$', '\\$')
    .replaceAll('"', '\\"'),
);
const quoted = fc
  .array(fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: reference }), { maxLength: 3 })
  .map((parts) => `"${parts.join('')}"`);
const bracketed = text.filter((own) => !`${own}]`.includes(']]')).map((own) => `[[${own}]]`);
const bare = fc.oneof(
  reference,
  fc.constantFrom('a', 'b;c', '1', '12', 'a\\;b', 'x[1;2]y', 'TRUE', '-1', 'A', 'B', 'LIST'),
);
const argument = fc.oneof({ weight: 4, arbitrary: quoted }, { weight: 3, arbitrary: bare }, bracketed);
const args = (least: number, most: number) =>
  fc.array(argument, { minLength: least, maxLength: most }).map((list) => list.join(' '));

const index = fc.constantFrom('0', '1', '2', '-1', '-2', '3', 'x');
const PATTERNS = [
  'a',
  'a+',
  '(a|b)+',
  '(a|(b))+',
  '^a',
  'b$',
  '[0-9]+',
  '([0-9]+)\\\\.([0-9]+)[af]?',
  '[^;]+',
  '.',
  'a?b',
  '(ab|a)(b?)',
  '[]a]',
  '[a-]+',
  '(a*b)*',
  'x*',
  '(',
  '[',
  'a**',
  '\\\\.',
  '1|12',
  '(1|12)(2|$)',
];
const pattern = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PATTERNS).map((own) => `"${own}"`) },
  quoted,
);

const listCall = fc
  .oneof(
    fc.tuple(fc.constantFrom('APPEND', 'PREPEND'), name, args(0, 3)).map((parts) => parts.join(' ')),
    fc.tuple(name, index, name).map(([own, at, out]) => `GET ${own} ${at} ${out}`),
    fc.tuple(name, argument, name).map(([own, item, out]) => `FIND ${own} ${item} ${out}`),
    fc.tuple(name, index, args(1, 2)).map(([own, at, more]) => `INSERT ${own} ${at} ${more}`),
    fc.tuple(name, args(0, 2)).map(([own, more]) => `REMOVE_ITEM ${own} ${more}`),
    fc.tuple(name, index).map(([own, at]) => `REMOVE_AT ${own} ${at}`),
    fc.tuple(fc.constantFrom('REMOVE_DUPLICATES', 'REVERSE', 'SORT'), name).map((parts) => parts.join(' ')),
    fc
      .tuple(name, fc.constantFrom('NATURAL', 'STRING'), fc.constantFrom('ASCENDING', 'DESCENDING'))
      .map(([own, compare, order]) => `SORT ${own} COMPARE ${compare} ORDER ${order}`),
    fc.tuple(name, quoted, name).map(([own, glue, out]) => `JOIN ${own} ${glue} ${out}`),
    fc
      .tuple(name, index, index, name)
      .map(([own, from, size, out]) => `SUBLIST ${own} ${from} ${size} ${out}`),
    fc
      .tuple(name, fc.constantFrom('INCLUDE', 'EXCLUDE'), pattern)
      .map(([own, mode, regex]) => `FILTER ${own} ${mode} REGEX ${regex}`),
    fc
      .tuple(
        name,
        fc.constantFrom('TOUPPER', 'STRIP', 'GENEX_STRIP', 'APPEND "!"', 'REPLACE "(a)" "<\\\\1>"'),
        fc.constantFrom('', 'AT 0', 'FOR 0 1', 'REGEX "a"', 'OUTPUT_VARIABLE A'),
      )
      .map((parts) => `TRANSFORM ${parts.join(' ')}`),
    fc
      .tuple(fc.constantFrom('POP_BACK', 'POP_FRONT'), name, fc.constantFrom('', 'A', 'A B'))
      .map((parts) => parts.join(' ')),
    fc.tuple(name, name).map(([own, out]) => `LENGTH ${own} ${out}`),
  )
  .map((own) => `list(${own})`);

const stringCall = fc
  .oneof(
    fc
      .tuple(
        fc.constantFrom('TOLOWER', 'TOUPPER', 'LENGTH', 'STRIP', 'GENEX_STRIP', 'MAKE_C_IDENTIFIER', 'HEX'),
        quoted,
        name,
      )
      .map((parts) => parts.join(' ')),
    fc
      .tuple(fc.constantFrom('APPEND', 'PREPEND', 'CONCAT'), name, args(0, 2))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(quoted, quoted, name, args(1, 2))
      .map(([from, to, out, input]) => `REPLACE ${from} ${to} ${out} ${input}`),
    fc
      .tuple(quoted, quoted, name, fc.constantFrom('', 'REVERSE'))
      .map(([own, part, out, way]) => `FIND ${own} ${part} ${out} ${way}`),
    fc
      .tuple(quoted, index, index, name)
      .map(([own, from, size, out]) => `SUBSTRING ${own} ${from} ${size} ${out}`),
    fc
      .tuple(fc.constantFrom('EQUAL', 'LESS', 'GREATER_EQUAL'), quoted, quoted, name)
      .map((parts) => `COMPARE ${parts.join(' ')}`),
    fc
      .tuple(fc.constantFrom('MATCH', 'MATCHALL'), pattern, name, args(1, 2))
      .map((parts) => `REGEX ${parts.join(' ')}`),
    fc
      .tuple(
        pattern,
        fc.constantFrom('"<\\\\0>"', '"\\\\1"', '"_"', '"\\\\2-\\\\1"', '"\\\\\\\\"'),
        name,
        args(1, 2),
      )
      .map(([regex, to, out, input]) => `REGEX REPLACE ${regex} ${to} ${out} ${input}`),
    fc
      .tuple(quoted, name, fc.constantFrom('', '@ONLY'))
      .map(([own, out, mode]) => `CONFIGURE ${own} ${out} ${mode}`),
    fc.tuple(quoted, fc.constantFrom('0', '2', '-1'), name).map((parts) => `REPEAT ${parts.join(' ')}`),
    fc.tuple(quoted, name, args(0, 3)).map((parts) => `JOIN ${parts.join(' ')}`),
  )
  .map((own) => `string(${own})`);

const OPERATORS = [
  'STREQUAL',
  'STRLESS',
  'EQUAL',
  'LESS',
  'GREATER_EQUAL',
  'VERSION_LESS',
  'VERSION_EQUAL',
  'VERSION_GREATER_EQUAL',
  'IN_LIST',
];
const condition: fc.Arbitrary<string> = fc.letrec<{ readonly all: string }>((tie) => ({
  all: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    argument,
    fc.tuple(argument, fc.constantFrom(...OPERATORS), argument).map((parts) => parts.join(' ')),
    fc.tuple(argument, pattern).map(([own, regex]) => `${own} MATCHES ${regex}`),
    fc
      .tuple(fc.constantFrom('DEFINED', 'IS_ABSOLUTE', 'COMMAND', 'EXISTS'), argument)
      .map((parts) => parts.join(' ')),
    tie('all').map((own) => `NOT ${own}`),
    tie('all').map((own) => `(${own})`),
    fc.tuple(tie('all'), fc.constantFrom('AND', 'OR'), tie('all')).map((parts) => parts.join(' ')),
  ),
})).all;

const math = fc
  .array(
    fc.tuple(
      fc.constantFrom('1', '7', '-3', '0x1f', '(2+3)', '~4'),
      fc.constantFrom('+', '-', '*', '/', '%', '|', '&', '^'),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((list) => list.flat().slice(0, -1).join(' '));

/** Says what every variable is, so that a difference shows where it arises. */
const SAY = NAMES.map((own) => `message(STATUS "${own}=<\${${own}}>")`).join('\n');

const simple = fc.oneof(
  fc.tuple(name, args(0, 3)).map(([own, values]) => `set(${own} ${values})`),
  fc.tuple(name, argument).map(([own, value]) => `set(${own} ${value} CACHE STRING "")`),
  fc.tuple(name, fc.constantFrom('', 'CACHE')).map((parts) => `unset(${parts.join(' ')})`),
  listCall,
  stringCall,
  fc
    .tuple(name, math, fc.constantFrom('', 'OUTPUT_FORMAT HEXADECIMAL'))
    .map(([own, value, format]) => `math(EXPR ${own} "${value}" ${format})`),
  fc
    .tuple(name, argument, fc.constantFrom('DIRECTORY', 'NAME', 'EXT', 'NAME_WE', 'LAST_EXT', 'NAME_WLE'))
    .map((parts) => `get_filename_component(${parts.join(' ')})`),
  fc.tuple(name, quoted).map(([own, line]) => `separate_arguments(${own} UNIX_COMMAND ${line})`),
  fc.tuple(args(0, 6)).map(([values]) => `cmake_parse_arguments(x "OPT;TRUE" "A;1" "B;LIST" ${values})`),
  fc.constant(
    'message(STATUS "<${x_OPT}|${x_A}|${x_B}|${x_LIST}|${x_UNPARSED_ARGUMENTS}|${x_KEYWORDS_MISSING_VALUES}>")',
  ),
);

const block: fc.Arbitrary<string> = fc.letrec<{ readonly one: string; readonly some: string }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: simple },
    fc
      .tuple(condition, tie('some'), tie('some'))
      .map(
        ([own, yes, no]) =>
          `if(${own})\nmessage(STATUS yes)\n${yes}\nelse()\nmessage(STATUS no)\n${no}\nendif()`,
      ),
    fc
      .tuple(
        name,
        fc.oneof(args(0, 3), fc.constantFrom('IN LISTS LIST A', 'RANGE 3', 'RANGE 4 0 -2', 'IN ITEMS a;b')),
        tie('some'),
        fc.constantFrom('', 'break()', 'continue()'),
      )
      .map(
        ([own, over, body, leave]) =>
          `foreach(${own} ${over})\n${SAY}\n${body}\n${leave}\nmessage(STATUS round)\nendforeach()`,
      ),
    fc.constant('foreach(z IN ZIP_LISTS A LIST)\nmessage(STATUS "${z_0}-${z_1}")\nendforeach()'),
    fc
      .tuple(tie('some'), args(1, 3), fc.constantFrom('', 'return()', 'return(PROPAGATE A)'))
      .map(
        ([body, values, end]) =>
          `function(f first)\n${body}\nmessage(STATUS "f <\${first}> <\${ARGN}> <\${ARGC}> <\${ARGV1}>")\nset(B "\${A}" PARENT_SCOPE)\n${end}\nmessage(STATUS past)\nendfunction()\nf(${values})`,
      ),
    fc
      .tuple(tie('some'), args(1, 3))
      .map(
        ([body, values]) =>
          `macro(m first)\n${body}\nmessage(STATUS "m <\${first}> <\${ARGN}> <\${ARGC}> <\${ARGV1}>")\nendmacro()\nm(${values})`,
      ),
    tie('some').map((body) => `block(PROPAGATE A)\n${body}\nendblock()`),
    argument.map((own) => `cmake_language(CALL set A ${own})`),
  ),
  some: fc.array(tie('one'), { maxLength: 3 }).map((list) => list.join('\n')),
})).one;

/** Something to work with: not every variable, so that what is unset is met too. */
const start = fc
  .tuple(
    fc.constantFrom('set(A 12)', 'set(A "b;a")', ''),
    fc.constantFrom('set(B "ab")', 'set(B)', 'set(B "12.1;12.0f")'),
    fc.constantFrom('set(LIST 1 a 12 ab)', 'set(LIST "b;;a;b" )', 'set(LIST "")'),
  )
  .map((lines) => lines.join('\n'));

/** A script: it says what its variables are after every step. */
export const cmakeScript: fc.Arbitrary<string> = fc
  .tuple(start, fc.array(block, { minLength: 1, maxLength: 6 }))
  .map(([first, steps]) => `${first}\n${steps.map((step) => `${step}\n${SAY}`).join('\n')}\n`);
