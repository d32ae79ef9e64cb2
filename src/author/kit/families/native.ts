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
  find: `const fn = dgx
      .descendants(root, 'function_definition')
      .find((one) => FUNCTION.test(text.slice(one.startIndex, dgx.field(one, 'body')?.startIndex)));
    if (!fn || !dgx.isSafe(fn)) return [];
    const own = (dgx.field(fn, 'body')?.namedChildren ?? []).map((node) => ({ node: node!, said: dgx.textOf(node!, text) }));
    const there = own.find(({ said }) => said === OURS);
    if (there) {
      const line = text.slice(there.node.startIndex, dgx.lineEnd(text, there.node.startIndex));
      const state = line.includes(dgx.mark(ID)) ? 'ours' : 'right';
      return [{ offset: there.node.startIndex, at: there.node.startIndex, state, what: OURS }];
    }
    const anchor = own.find(({ said }) => ANCHOR.test(said));
    if (!anchor) return [{ offset: fn.startIndex, at: fn.startIndex, state: 'unknown', what: 'no statement to go before' }];
    const at = anchor.node.startIndex;
    return [{ offset: at, at, state: 'wrong', what: \`nothing before \${anchor.said}\` }];`,
  edits: `{
        path,
        start: at,
        end: at,
        text: \`\${OURS}  // \${dgx.mark(ID)}\${dgx.newlineOf(text)}\${dgx.indentAt(text, at)}\`,
      }`,
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
    return sets.map(({ start, end, args }) => {
      const place = { offset: start, at: args.at(-1)!.end, line: dgx.lineEnd(text, end) };
      const marked = text.slice(end, place.line).includes(dgx.mark(ID));
      // A list made of other lists must be evaluated: context.evaluateCMake.
      if (args.length !== 2 || args[1]!.value.includes('\${')) {
        return { ...place, state: 'unknown' as const, what: \`\${LIST} is put together from others\` };
      }
      const has = args[1]!.value.split(';').includes(OURS);
      const state = !has ? ('wrong' as const) : marked ? ('ours' as const) : ('right' as const);
      return { ...place, state, what: \`\${LIST} is \${args[1]!.value}\` };
    });`,
  edits: `{ path, start: at, end: at, text: \`;\${OURS}\` }, {
        path,
        start: line!,
        end: line!,
        text: \`  # \${dgx.mark(ID)}\`,
      }`,
  needed: 'set(MY_ARCHS "9.0a;10.0a")\n',
  right: 'set(MY_ARCHS "9.0a;12.1a")\n',
  drifted: `set(MY_ARCHS "\${OTHER};10.0a")\n`,
};
