/**
 * CuTe DSL lets GB10 use its own FP4 MMA, and knows its shared memory.
 *
 * Shapes:
 *  C1  v4.1.0 – v4.3.x   `SMEM_CAPACITY_MAP` (smem_capacity.py, from v4.3.0 on smem_allocator.py) has no sm_121
 *  C2  v4.4.x            the same, and `MmaSM120BlockScaledOp` compares the arch with sm_120a; its list of names
 *                        is for the message alone
 *  C3  v4.5.0 –          membership in a list with sm_121a; the map, in cutlass_dsl/cutlass.py, has sm_121
 */
import {
  assignmentsTo,
  classes,
  type Document,
  descendants,
  field,
  functionsNamed,
  holds,
  indentAt,
  insert,
  lineStart,
  type Meaning,
  markAbove,
  type Node,
  nameOf,
  newlineOf,
  positional,
  pythonValue,
  replace,
  statements,
  stringValue,
  textOf,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'cutlass/cute-dsl-sm121';
const OP = 'MmaSM120BlockScaledOp';

interface DslPlace extends Place {
  readonly kind: 'mma' | 'memory';
  /** The class's list of archs, or the entry of sm_120. */
  readonly list: Node | undefined;
}

function find({ root, file: { text } }: Document): DslPlace[] {
  const mma = classes(root)
    .filter((cls) => nameOf(cls, text) === OP)
    .flatMap((cls) => {
      const [gate] = functionsNamed(cls, '__post_init__', text)
        .flatMap((fn) => statements(fn))
        .filter((at) => at.type === 'if_statement' && /\barch\b/.test(textOf(field(at, 'condition')!, text)));
      const [archs] = statements(cls).flatMap((member) => assignmentsTo(member, 'admissible_archs', text));
      return gate ? [{ node: gate, kind: 'mma' as const, list: field(archs, 'right') }] : [];
    });
  const memory = assignmentsTo(root, 'SMEM_CAPACITY_MAP', text).flatMap((assignment) => {
    const map = field(assignment, 'right');
    const pairs = map?.type === 'dictionary' ? descendants(map, 'pair') : [];
    const entry = pairs.find((pair) => stringValue(field(pair, 'key'), text) === 'sm_120');
    return map && entry ? [{ node: map, kind: 'memory' as const, list: entry }] : [];
  });
  return [...mma, ...memory];
}

/** True where the operation is refused for an arch; undefined where the condition cannot be read. */
function refuses(condition: Node, list: Node | undefined, text: string, arch: string): boolean | undefined {
  const meaning: Meaning = (node, own) => {
    const spelled = textOf(node, own).replace(/\s+/g, '');
    if (spelled === 'arch') return arch;
    const member = /^(?:\w+\.)*Arch\.(sm_\d+[af]?)$/.exec(spelled)?.[1];
    if (member !== undefined) return member;
    if (!/^(?:self|cls)\.admissible_archs$/.test(spelled) || list?.type !== 'list') return undefined;
    return positional(list).map(
      (each) => stringValue(each, own) ?? textOf(each, own).replace(/^.*\bArch\./, ''),
    );
  };
  return holds(pythonValue(condition, text, meaning));
}

function judge({ node, kind, list }: DslPlace, { file: { text } }: Document): Said {
  if (kind === 'memory') {
    const entry = descendants(node, 'pair').find(
      (pair) => stringValue(field(pair, 'key'), text) === 'sm_121',
    );
    const [own, known] = [entry, list].map(
      (pair) => pair && pythonValue(field(pair, 'value')!, text, () => undefined),
    );
    if (!entry) return [known === 101_376 ? 'wrong' : 'unknown', 'no shared memory is known of sm_121'];
    return [own === 101_376 ? 'right' : 'unknown', `sm_121 has ${own} bytes of shared memory`];
  }
  const condition = field(node, 'condition')!;
  const on = (arch: string) => refuses(condition, list, text, arch);
  if (on('sm_120a') !== false || on('sm_100a') !== true || on('sm_121') !== true)
    return ['unknown', 'the FP4 MMA is admitted in another way'];
  const spark = on('sm_121a');
  return spark
    ? ['wrong', 'the FP4 MMA is refused on sm_121a']
    : ['right', 'the FP4 MMA is admitted on sm_121a'];
}

export default places<DslPlace>({
  id: ID,
  project: 'cutlass',
  title: 'CuTe DSL lets GB10 use its own FP4 MMA',
  why: 'CuTe DSL 4.4.x refuses the FP4 block-scaled MMA of SM120 on GB10 ("expects arch to be one of [\'sm_120a\'], but got sm_121a"), and up to 4.4.x it knows no shared memory of sm_121 (ValueError).',
  effect: { kind: 'stops', concerns: 'FP4 kernels written in CuTe DSL' },
  references: [
    {
      kind: 'commit',
      ref: 'a221da7cc',
      date: '2026-04-07',
      note: 'the shared memory of sm_121 (first in v4.5.0)',
    },
    { kind: 'commit', ref: 'cb37157db', note: 'sm_121a in the list of the MMA (v4.5.0)' },
    { kind: 'issue', ref: '#2800', note: 'the refusal on GB10' },
  ],
  retire: 'when no pin is older than v4.5.0',
  upstreamStatus: 'Backport [cb37157db]',

  language: 'python',
  // In the repository, and where the wheel has it.
  paths: /(?:^|\/)(?:CuTeDSL|nvidia_cutlass_dsl\/python_packages)\/cutlass\/(?:\w+\/)*\w+\.py$/,
  content: new RegExp(`\\bclass ${OP}\\b|^SMEM_CAPACITY_MAP\\b`, 'm'),
  find,
  judge,
  edit({ node, kind, list }, { file }) {
    const { text } = file;
    if (kind === 'memory') {
      const line = `"sm_121": (100 - 1) * 1024,${newlineOf(text)}${indentAt(text, list!.startIndex)}`;
      return [insert(file, list!.startIndex, line), markAbove(file, lineStart(text, list!.startIndex), ID)];
    }
    // The list is for the message: it must not contradict the condition.
    const [only, ...more] = list?.type === 'list' ? positional(list) : [];
    const named = only && more.length === 0 && stringValue(only, text) === 'sm_120a';
    return [
      replace(file, field(node, 'condition')!, 'arch not in (Arch.sm_120a, Arch.sm_121a)'),
      markAbove(file, node.startIndex, ID),
      ...(named ? [insert(file, only.endIndex, ', "sm_121a"')] : []),
    ];
  },
  absent: 'this revision has no CuTe DSL that knows SM120',
  reason: {
    wrong: 'CuTe DSL does not know sm_121 where it knows sm_120',
    right: 'CuTe DSL knows sm_121 where it knows sm_120',
  },
});
