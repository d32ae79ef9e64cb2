/** Where CuTe DSL tells archs apart: the check of the FP4 MMA, and the table of shared memory. */
import {
  assignmentsTo,
  bare,
  calleeName,
  children,
  classes,
  type Document,
  descendants,
  field,
  functionsNamed,
  holds,
  type Known,
  type Meaning,
  type Node,
  nameOf,
  PythonRun,
  positional,
  statements,
  stringValue,
  textOf,
} from '../../../src/api.js';
import type { Place } from '../../_families/places.js';

const OP = 'MmaSM120BlockScaledOp';

/** What of a file is about this at all. */
export const CONTENT = new RegExp(`\\bclass ${OP}\\b|^SMEM_CAPACITY_MAP\\b`, 'm');

export interface DslPlace extends Place {
  readonly kind: 'mma' | 'memory';
  /** The class's list of archs, or the entry of sm_120. */
  readonly list: Node | undefined;
  /** Archs that the check was asked about, and whether it refuses them; undefined where it cannot be read. */
  readonly refuses?: (arch: string) => boolean | undefined;
}

/** `arch` in its own words: the name that is given the machine's arch, and the type of archs. */
export interface Words {
  readonly arch: string;
  readonly type: string;
}

export function wordsOf(gate: Node, text: string): Words | undefined {
  const fn = gate.parent!;
  const given = descendants(fn, 'assignment').find((node) => {
    const value = bare(field(node, 'right'));
    return value?.type === 'call' && /arch/i.test(calleeName(value, text));
  });
  const member = descendants(fn, 'attribute').find((node) => /\bsm_120a$/.test(textOf(node, text)));
  const type = member && textOf(field(member, 'object')!, text);
  return given && type !== undefined ? { arch: textOf(field(given, 'left')!, text), type } : undefined;
}

/** What names mean on a machine of an arch: it is asked for by a call. */
const meaningOn =
  (arch: string, list: Node | undefined): Meaning =>
  (node, text, value): Known => {
    if (node.type === 'call' && /arch/i.test(calleeName(node, text))) return arch;
    if (node.type !== 'attribute') return undefined;
    const spelled = textOf(node, text).replace(/\s+/g, '');
    const member = /\.(sm_\d+[af]?)$/.exec(spelled)?.[1];
    if (member !== undefined) return member;
    if (!/^(?:self|cls)\.admissible_archs$/.test(spelled) || bare(list)?.type !== 'list') return undefined;
    const members = positional(bare(list)).map((each) => stringValue(each, text) ?? value(each));
    return members.includes(undefined) ? undefined : (members as string[]);
  };

const ARCHS = ['sm_120a', 'sm_121a', 'sm_100a', 'sm_121'];

/** The check of an operation: the first `if` that raises and whose condition can be read. */
function gateOf(fn: Node, list: Node | undefined, text: string): DslPlace | undefined {
  const known = new Map<number, Map<string, boolean | undefined>>();
  for (const arch of ARCHS) {
    const run = new PythonRun(text, meaningOn(arch, list));
    for (const statement of statements(fn)) {
      const condition = statement.type === 'if_statement' ? field(statement, 'condition') : undefined;
      if (condition) {
        const answers = known.get(statement.id) ?? new Map();
        known.set(statement.id, answers.set(arch, holds(run.value(condition))));
      } else run.run([statement]);
    }
  }
  const node = statements(fn).find((statement) => {
    const raises = children(field(statement, 'consequence')).some(({ type }) => type === 'raise_statement');
    return raises && [...(known.get(statement.id)?.values() ?? [])].some((answer) => answer !== undefined);
  });
  return node && { node, kind: 'mma', list, refuses: (arch) => known.get(node.id)?.get(arch) };
}

export function find({ root, file: { text } }: Document): DslPlace[] {
  const mma = classes(root)
    .filter((cls) => nameOf(cls, text) === OP)
    .map((cls): DslPlace => {
      const [archs] = statements(cls).flatMap((member) => assignmentsTo(member, 'admissible_archs', text));
      const list = field(archs, 'right');
      const [fn] = functionsNamed(cls, '__post_init__', text);
      const gate = fn && gateOf(fn, list, text);
      return gate ?? { node: cls, kind: 'mma', list };
    });
  const memory = assignmentsTo(root, 'SMEM_CAPACITY_MAP', text).flatMap((assignment): DslPlace[] => {
    const map = bare(field(assignment, 'right'));
    if (!map) return [];
    const entry = children(map).find((pair) => stringValue(field(pair, 'key'), text) === 'sm_120');
    // Before SM120 there is nothing to know.
    return map.type === 'dictionary' && !entry ? [] : [{ node: map, kind: 'memory', list: entry }];
  });
  return [...mma, ...memory];
}
