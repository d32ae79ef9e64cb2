import type { Family } from './family.js';

const miniature = (line: string): string => `int choose_size(int size) {
${line}  return size;
}
`;

/** A statement of ours before one of theirs, in CUDA or C++. */
export const statement: Family = {
  files: /\.(?:cu|cuh|h|hpp|cpp)$/,
  language: 'cuda',
  holds: '\\bchoose_size\\s*\\(',
  constants: `/** The function, the statement in it that ours goes before, and ours. */
const FUNCTION = /\\bchoose_size\\s*\\(/;
const ANCHOR = /^return\\b/;
const OURS = 'size = size < 32 ? size : 32;';`,
  find: `const functions = dgx
    .descendants(root, 'function_definition')
    .filter((fn) => FUNCTION.test(text.slice(fn.startIndex, dgx.field(fn, 'body')?.startIndex)));
  return functions.map((fn): Place => {
    const own = dgx.isSafe(fn) ? dgx.children(dgx.field(fn, 'body')!) : [];
    const there = own.find((node) => dgx.textOf(node, text) === OURS);
    if (there) {
      return { file, offset: there.startIndex, state: dgx.isOurs(file, ID, there) ? 'ours' : 'right', what: OURS };
    }
    const anchor = own.find((node) => ANCHOR.test(dgx.textOf(node, text)));
    if (!anchor) return { file, offset: fn.startIndex, state: 'unknown', what: 'no statement to go before' };
    return { file, offset: anchor.startIndex, state: 'wrong', what: \`without \${OURS}\` };
  });`,
  edits: `dgx.insert(
          file,
          offset,
          \`\${OURS}  \${dgx.comment(file, ID)}\${dgx.newlineOf(file.text)}\${dgx.indentAt(file.text, offset)}\`,
        )`,
  needed: miniature(''),
  right: miniature('  size = size < 32 ? size : 32;\n'),
  drifted: 'void choose_size(int* size) {\n  *size = 64;\n}\n',
};

/** An entry of a list of CUDA architectures, in CMake. */
export const arch: Family = {
  files: /(?:CMakeLists\.txt|\.cmake)$/,
  language: undefined,
  holds: '\\bMY_ARCHS\\b',
  constants: `/** The list, and what it must hold. */
const LIST = 'MY_ARCHS';
const OURS = '12.1a';`,
  find: `const sets = dgx.readCMake(text).commands.filter(({ name, args }) => name === 'set' && args[0]?.value === LIST);
  return sets.map(({ start, end, args }): Place => {
    const last = args.at(-1)!;
    const place = { file, offset: start, what: \`\${LIST} is \${last.value}\` };
    // A list made of other lists must be evaluated: context.evaluateCMake.
    if (args.length !== 2 || last.value.includes('\${')) return { ...place, state: 'unknown' };
    if (!last.value.split(';').includes(OURS)) {
      return { ...place, range: { startIndex: last.end, endIndex: last.end }, state: 'wrong' };
    }
    const ours = dgx.isOurs(file, ID, { startIndex: start, endIndex: end });
    return { ...place, state: ours ? 'ours' : 'right' };
  });`,
  edits: `dgx.replace(file, range!, \`;\${OURS}\`), dgx.markBehind(file, offset, ID)`,
  needed: 'set(MY_ARCHS "9.0a;10.0a")\n',
  right: 'set(MY_ARCHS "9.0a;12.1a")\n',
  drifted: `set(MY_ARCHS "\${OTHER};10.0a")\n`,
};
