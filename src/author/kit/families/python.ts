import type { Family } from './family.js';

const python = { files: /\.py$/, language: 'python', holds: 'def choose_size\\b' } as const;

const inFunction = `const fn = dgx.descendants(root, 'function_definition').find((one) => dgx.nameOf(one, text) === FUNCTION);
    if (!fn) return [];`;

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
  find: `${inFunction}
    const own = dgx.statements(fn).map((node) => ({ node, said: dgx.textOf(node, text) }));
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
        text: \`\${OURS}  # \${dgx.mark(ID)}\${dgx.newlineOf(text)}\${dgx.indentAt(text, at)}\`,
      }`,
  needed: miniature(''),
  right: miniature('    size = min(size, 32)\n'),
  drifted: `def choose_size(config):\n    yield config.size\n`,
};

/** An argument of a call, by its name. */
export const argument: Family = {
  ...python,
  constants: `/** The function, the call in it, the argument's name, and what it must be. */
const FUNCTION = 'choose_size';
const CALL = 'Workspace';
const NAME = 'limit';
const OURS = '32';`,
  find: `${inFunction}
    return dgx.callsOf(fn, CALL, text).map((call) => {
      const value = dgx.keywordValue(call, NAME, text);
      const at = value?.startIndex ?? call.startIndex;
      if (!value) return { offset: at, at, state: 'unknown' as const, what: \`a call without \${NAME}\` };
      const said = dgx.textOf(value, text);
      const marked = text.slice(at, dgx.lineEnd(text, at)).includes(dgx.mark(ID));
      const state = said !== OURS ? 'wrong' : marked ? 'ours' : 'right';
      return { offset: at, at, end: value.endIndex, state, what: \`\${NAME} is \${said}\` };
    });`,
  edits: `{ path, start: at, end: end!, text: OURS }, {
        path,
        start: dgx.lineEnd(text, at),
        end: dgx.lineEnd(text, at),
        text: \`  # \${dgx.mark(ID)}\`,
      }`,
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
  find: `${inFunction}
    return dgx.descendants(fn, 'if_statement').flatMap((statement) => {
      const condition = dgx.field(statement, 'condition')!;
      const said = dgx.textOf(condition, text);
      const at = condition.startIndex;
      const marked = text.slice(at, dgx.lineEnd(text, at)).includes(dgx.mark(ID));
      const place = { offset: at, at, end: condition.endIndex, what: said };
      if (said === \`\${ASKED} or \${OURS}\`) return [{ ...place, state: marked ? ('ours' as const) : ('right' as const) }];
      if (said === ASKED) return [{ ...place, state: 'wrong' as const }];
      // A condition that says more is for a person to judge.
      return said.includes('is_family') ? [{ ...place, state: 'unknown' as const }] : [];
    });`,
  edits: `{ path, start: at, end: end!, text: \`\${ASKED} or \${OURS}\` }, {
        path,
        start: dgx.lineEnd(text, at),
        end: dgx.lineEnd(text, at),
        text: \`  # \${dgx.mark(ID)}\`,
      }`,
  needed: miniature('    if is_family(100):\n        size = 64\n'),
  right: miniature('    if is_family(100) or is_family(120):\n        size = 64\n'),
  drifted: miniature('    if not is_family(100) and size:\n        size = 64\n'),
};
