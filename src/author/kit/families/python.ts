import type { Family } from './family.js';

const python = { files: /\.py$/, language: 'python', holds: 'def choose_size\\b' } as const;

const miniature = (line: string): string => `def choose_size(config):
    size = config.size
${line}    return size
`;

/** A statement of ours before one of theirs. */
export const statement: Family = {
  ...python,
  constants: `/** The function, the statement in it that ours goes before, and ours. */
const FUNCTION = 'choose_size';
const ANCHOR = /^return\\b/;
const OURS = 'size = min(size, 32)';`,
  find: `return dgx.functionsNamed(root, FUNCTION, text).map((fn): Place => {
    const own = dgx.statements(fn);
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
  right: miniature('    size = min(size, 32)\n'),
  drifted: 'def choose_size(config):\n    yield config.size\n',
};

/** An argument of a call, by its name. */
export const argument: Family = {
  ...python,
  constants: `/** The function, the call in it, the argument's name, and what it must be. */
const FUNCTION = 'choose_size';
const CALL = 'Workspace';
const NAME = 'limit';
const OURS = '32';`,
  find: `const calls = dgx.functionsNamed(root, FUNCTION, text).flatMap((fn) => dgx.callsOf(fn, CALL, text));
  return calls.map((call): Place => {
    const range = dgx.keywordValue(call, NAME, text);
    if (!range) return { file, offset: call.startIndex, state: 'unknown', what: \`a call without \${NAME}\` };
    const said = dgx.textOf(range, text);
    const right = dgx.isOurs(file, ID, range) ? 'ours' : 'right';
    return { file, offset: range.startIndex, range, state: said === OURS ? right : 'wrong', what: \`\${NAME} is \${said}\` };
  });`,
  edits: 'dgx.replace(file, range!, OURS), dgx.markBehind(file, offset, ID)',
  needed: miniature('    work = Workspace(size, limit=64)\n'),
  right: miniature('    work = Workspace(size, limit=32)\n'),
  drifted: miniature('    work = Workspace(size, 64)\n'),
};

/** A condition that shuts a device out. */
export const gate: Family = {
  ...python,
  constants: `/** The function, what the condition asks, and what it must ask too. */
const FUNCTION = 'choose_size';
const ASKED = 'is_family(100)';
const OURS = 'is_family(120)';`,
  find: `const tests = dgx
    .functionsNamed(root, FUNCTION, text)
    .flatMap((fn) => dgx.descendants(fn, 'if_statement'))
    .map((test) => dgx.field(test, 'condition')!);
  return tests.flatMap((range): Place[] => {
    const what = dgx.textOf(range, text);
    const place = { file, offset: range.startIndex, range, what };
    if (what === ASKED) return [{ ...place, state: 'wrong' }];
    if (what === \`\${ASKED} or \${OURS}\`) return [{ ...place, state: dgx.isOurs(file, ID, range) ? 'ours' : 'right' }];
    // A condition that says more is for a person to judge.
    return what.includes('is_family') ? [{ ...place, state: 'unknown' }] : [];
  });`,
  edits: `dgx.replace(file, range!, \`\${ASKED} or \${OURS}\`), dgx.markBehind(file, offset, ID)`,
  needed: miniature('    if is_family(100):\n        size = 64\n'),
  right: miniature('    if is_family(100) or is_family(120):\n        size = 64\n'),
  drifted: miniature('    if not is_family(100) and size:\n        size = 64\n'),
};
