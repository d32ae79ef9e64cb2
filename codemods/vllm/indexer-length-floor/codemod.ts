/**
 * Lengths that the sparse indexer stores are never negative.
 *
 * Shapes, in the indexer of MLA:
 *  -   – v0.19                    no expansion for multi-token decoding
 *  L0  2e98406048..bf9a5ddb24     all of `offsets_buffer` is added, in PyTorch alone: 229 commits, no release
 *  L1  v0.20 – 2026-08-14         a padded slot gives 0 - 2 + 0 + 1, in a Triton kernel and in PyTorch
 *  L2  97388c44f9 (2026-08-15) –  at least 0, in both
 */
import {
  assignmentsTo,
  calleeName,
  callsOf,
  type Document,
  descendants,
  enclosingFunction,
  field,
  insert,
  type Known,
  keywordValue,
  type Meaning,
  markAbove,
  moduleFunctions,
  type Node,
  PythonRun,
  positional,
  pythonValue,
  spelled,
  textOf,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'vllm/indexer-length-floor';

interface LengthPlace extends Place {
  readonly kind: 'triton' | 'torch';
  /** The expression that gives the length. */
  readonly value: Node;
  /** The name that says how many tokens are decoded at once. */
  readonly width: string;
}

/** Lengths of requests less what is decoded at once, and more by a token's place. */
const COUNTS = /\bunsqueeze\(1\)-(\w+)\b(?=.*\boffsets_buffer\b)/;

function find({ root, file: { text } }: Document): LengthPlace[] {
  const kernels = moduleFunctions(root, '_prepare_uniform_decode_kernel', text).flatMap((fn) =>
    callsOf(fn, 'store', text).flatMap((call): LengthPlace[] => {
      const [pointer, stored] = positional(field(call, 'arguments'));
      if (!pointer || !stored || !/^decode_seq_lens_ptr\b/.test(textOf(pointer, text))) return [];
      const given = stored.type === 'identifier' ? assignmentsTo(fn, textOf(stored, text), text) : [];
      const value = given.length === 1 ? field(given[0], 'right')! : stored;
      return [
        {
          node: value,
          kind: 'triton',
          value,
          width: 'max_decode_len',
          marked: { startIndex: value.startIndex, endIndex: call.endIndex },
        },
      ];
    }),
  );
  const tensors = descendants(root, 'assignment').flatMap((assignment): LengthPlace[] => {
    const [target, value] = [field(assignment, 'left'), field(assignment, 'right')];
    const width = value && COUNTS.exec(spelled(textOf(value, text)))?.[1];
    return target?.type === 'subscript' && width ? [{ node: assignment, kind: 'torch', value, width }] : [];
  });
  return [...kernels, ...tensors];
}

/** Lengths of a padded request, and of the second token of one with ten. */
const SAMPLES = [
  { length: 0, token: 0, expected: 0 },
  { length: 10, token: 1, expected: 10 },
];

/** What is stored for a token of a request, where two are decoded at once. */
function stored({ kind, value, width }: LengthPlace, text: string, length: number, token: number): Known {
  const meaning: Meaning = (node, own, inner) => {
    const name = node.type === 'call' ? calleeName(node, own) : '';
    const args = name === '' ? [] : positional(field(node, 'arguments'));
    if (name === 'program_id') return token;
    if (name === 'load' || name === 'unsqueeze') return length;
    if (/^(?:subscript|attribute)$/.test(node.type) && /\boffsets_buffer(?:\[|$)/.test(textOf(node, own)))
      return token;
    if (textOf(node, own) === width) return 2;
    const floor = /^clamp_?$/.test(name)
      ? keywordValue(node, 'min', own)
      : name === 'maximum'
        ? args[1]
        : undefined;
    const subject = name === 'maximum' ? args[0] : field(field(node, 'function'), 'object');
    const [a, b] = [floor && subject && inner(subject), floor && inner(floor)];
    return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : undefined;
  };
  if (kind === 'torch') return pythonValue(value, text, meaning);
  const run = new PythonRun(text, meaning);
  run.run(field(enclosingFunction(value), 'body'));
  return run.value(value);
}

function judge(place: LengthPlace, { file: { text } }: Document): Said {
  const lengths = SAMPLES.map(({ length, token }) => stored(place, text, length, token));
  const what = `a padded slot has the length ${lengths[0] ?? 'nobody knows what'}`;
  if (lengths[1] !== SAMPLES[1]!.expected) return ['unknown', what];
  if (lengths[0] === 0) return ['right', what];
  return [lengths[0] === -1 ? 'wrong' : 'unknown', what];
}

export default places<LengthPlace>({
  id: ID,
  project: 'vllm',
  title: 'Lengths of the sparse indexer are never negative',
  why: 'With multi-token prediction a padded slot gets the length -1, which the persistent top-k reads as 4,294,967,295: the kernel waits for CTAs that are gone, and the GPU hangs.',
  effect: { kind: 'stops', concerns: 'DeepSeek V3.2, V4 and GLM with multi-token prediction' },
  references: [
    {
      kind: 'commit',
      ref: '97388c44f9',
      date: '2026-08-15',
      note: 'at least 0, and a bound in the kernel (#51538)',
    },
    { kind: 'issue', ref: '#51593', date: '2026-08-10', note: 'the hang, on SM120' },
  ],
  retire: 'when no pin is older than 97388c44f9',
  upstreamStatus: 'Backport [97388c44f9]',

  language: 'python',
  paths: /^vllm\/v1\/attention\/backends\/mla\/[^/]*indexer[^/]*\.py$/,
  content: /\b_prepare_uniform_decode_kernel\b|\boffsets_buffer\b/,
  find,
  judge,
  edit({ kind, value }, { file }) {
    const whole = value.type === 'parenthesized_expression';
    const [open, close] =
      kind === 'triton' ? ['tl.maximum(', ', 0)'] : whole ? ['', '.clamp(min=0)'] : ['(', ').clamp(min=0)'];
    return [
      ...(open === '' ? [] : [insert(file, value.startIndex, open)]),
      insert(file, value.endIndex, close),
      markAbove(file, value.startIndex, ID),
    ];
  },
  absent:
    'no indexer has a _prepare_uniform_decode_kernel, or adds offsets_buffer to the lengths of requests',
  reason: {
    wrong: 'a padded slot of the sparse indexer has the length -1',
    right: 'lengths of the sparse indexer are at least 0',
  },
});
