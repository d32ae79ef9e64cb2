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
  bare,
  type Document,
  descendants,
  field,
  indentAt,
  insert,
  lineStart,
  markAbove,
  newlineOf,
  positional,
  pythonValue,
  replace,
  stringValue,
  textOf,
} from '../../../src/api.js';
import { places, type Said } from '../../_families/places.js';
import { CONTENT, type DslPlace, find, wordsOf } from './find.js';

const ID = 'cutlass/cute-dsl-sm121';

function judge({ node, kind, list, refuses }: DslPlace, { file: { text } }: Document): Said {
  if (kind === 'memory') {
    const entry = descendants(node, 'pair').find(
      (pair) => stringValue(field(pair, 'key'), text) === 'sm_121',
    );
    const [own, known] = [entry, list].map(
      (pair) => pair && pythonValue(field(pair, 'value')!, text, () => undefined),
    );
    if (!list) return ['unknown', 'shared memory that is known in another way'];
    if (!entry) return [known === 101_376 ? 'wrong' : 'unknown', 'no shared memory is known of sm_121'];
    return [own === 101_376 ? 'right' : 'unknown', `sm_121 has ${own} bytes of shared memory`];
  }
  const on = (arch: string) => refuses?.(arch);
  if (on('sm_120a') !== false || on('sm_100a') !== true || on('sm_121') !== true || !refuses)
    return ['unknown', 'the FP4 MMA is admitted in another way'];
  if (on('sm_121a') === false) {
    const names = positional(bare(list)).map((each) => stringValue(each, text) ?? textOf(each, text));
    const named = names.some((name) => /sm_121a/.test(name)) || !names.some((name) => /sm_120a/.test(name));
    return [
      named ? 'right' : 'unknown',
      `the FP4 MMA is admitted on sm_121a${named ? '' : ', its list is not'}`,
    ];
  }
  const known = on('sm_121a') && wordsOf(node, text);
  return [known ? 'wrong' : 'unknown', 'the FP4 MMA is refused on sm_121a'];
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
  content: CONTENT,
  find,
  judge,
  edit({ node, kind, list }, { file }) {
    const { text } = file;
    if (kind === 'memory') {
      const line = `"sm_121": (100 - 1) * 1024,${newlineOf(text)}${indentAt(text, list!.startIndex)}`;
      return [insert(file, list!.startIndex, line), markAbove(file, lineStart(text, list!.startIndex), ID)];
    }
    const { arch, type } = wordsOf(node, text)!;
    // The list is for the message: it must not contradict the condition.
    const [only, ...more] = bare(list)?.type === 'list' ? positional(bare(list)) : [];
    const named = only && more.length === 0 && stringValue(only, text) === 'sm_120a';
    return [
      replace(file, field(node, 'condition')!, `${arch} not in (${type}.sm_120a, ${type}.sm_121a)`),
      markAbove(file, node.startIndex, ID),
      ...(named ? [insert(file, only.endIndex, ', "sm_121a"')] : []),
    ];
  },
  absent: 'no Python file of CuTe DSL has a MmaSM120BlockScaledOp, or a SMEM_CAPACITY_MAP with sm_120',
  reason: {
    wrong: 'CuTe DSL does not know sm_121 where it knows sm_120',
    right: 'CuTe DSL knows sm_121 where it knows sm_120',
  },
});
