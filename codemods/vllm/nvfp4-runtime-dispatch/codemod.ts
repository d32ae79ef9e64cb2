/**
 * The NVFP4 GEMM asks the device which kernel to run, and not the build.
 *
 * Shapes of `cutlass_scaled_fp4_mm`:
 *  -   – v0.10.0            one kernel, for SM100
 *  D1  v0.10.1 – v0.11.2    `#if SM100 … #elif SM120 …`: a build with both takes SM100's kernel everywhere
 *  D2  v0.12.0 –            an `#if` for each, and the device's version decides
 */
import {
  activeRanges,
  ancestor,
  ancestors,
  calledName,
  type Document,
  descendants,
  field,
  insert,
  isOurs,
  leafValues,
  lineStart,
  mark,
  type Node,
  newlineOf,
  replace,
  valueOn,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'vllm/nvfp4-runtime-dispatch';
/** What declares `get_sm_version_num`. */
const HEADER = 'cutlass_extensions/common.hpp';
const BOTH = new Map([
  ['ENABLE_NVFP4_SM100', '1'],
  ['ENABLE_NVFP4_SM120', '1'],
]);

/** Devices that tell the two families from what comes before and after. */
const DEVICES = [90, 100, 103, 120, 121, 130];

interface DispatchPlace extends Place {
  readonly sm100: Node;
  readonly sm120: Node;
}

/** The function that calls a kernel of each family. */
function find({ root, file: { text } }: Document): DispatchPlace[] {
  return descendants(root, 'function_definition').flatMap((node) => {
    const calls = descendants(node, 'call_expression');
    const of = (family: number) =>
      calls.filter((call) =>
        new RegExp(`^cutlass_scaled_fp4_mm_sm${family}a?$`).test(calledName(call, text)),
      );
    const [[sm100, ...more], [sm120, ...others]] = [of(100), of(120)];
    return sm100 && sm120 && more.length + others.length === 0 ? [{ node, sm100, sm120 }] : [];
  });
}

/** True where a device comes to a call in a build with both families; undefined where a test cannot be read. */
function reaches(call: Node, text: string, capability: number): boolean | undefined {
  const compiled = activeRanges(text, BOTH).some(
    ({ start, end }) => start <= call.startIndex && call.startIndex < end,
  );
  if (!compiled) return false;
  const gates = [...ancestors(call)].filter(({ type }) => type === 'if_statement');
  const values = gates.map((gate) =>
    valueOn(field(gate, 'condition')!, text, leafValues(call, text), capability),
  );
  return values.includes(undefined) ? undefined : values.every((value) => value !== 0);
}

/** `#if … return a(); #elif … return b(); #endif`, and nothing else. */
function chain({ sm100, sm120 }: DispatchPlace): { elif: Node; first: Node; second: Node } | undefined {
  const [first, second] = [sm100, sm120].map((call) => ancestor(call, 'return_statement'));
  const elif = second && ancestor(second, 'preproc_elif');
  const plain = elif && first?.parent?.id === elif.parent?.id && second.parent?.id === elif.id;
  return plain && !field(elif, 'alternative') ? { elif, first: first!, second } : undefined;
}

function judge(place: DispatchPlace, { file }: Document): Said {
  const { text } = file;
  const { node, sm100, sm120 } = place;
  // Half of our edit does not compile.
  if (isOurs(file, ID, node) && !text.includes(HEADER)) return ['unknown', `${HEADER} is not included`];
  const [wide, narrow] = [sm100, sm120].map((call) => DEVICES.map((device) => reaches(call, text, device)));
  const isFor = (family: number) => DEVICES.map((device) => Math.floor(device / 10) === family);
  if (String(wide) === String(isFor(10)) && String(narrow) === String(isFor(12)))
    return ['right', 'the device decides which NVFP4 kernel runs'];
  const known =
    !wide!.some((value) => value !== true) && narrow!.every((value) => value === false) && chain(place);
  const included = /^#include <torch\/all\.h>/m.test(text);
  return [known && included ? 'wrong' : 'unknown', 'a build with both takes the NVFP4 kernel of SM100'];
}

export default places<DispatchPlace>({
  id: ID,
  project: 'vllm',
  title: 'The NVFP4 GEMM asks the device which kernel to run',
  why: 'A build for SM100 and SM12x together takes the SM100 kernel for NVFP4 GEMMs on every device: "Internal Error" on GB10. In v0.11.1 the build for 12.0f alone sets the flag of SM100 as well.',
  effect: { kind: 'stops', concerns: 'NVFP4 models, in a build for 10.x and 12.x together' },
  references: [
    {
      kind: 'commit',
      ref: 'c0dfc89485',
      date: '2025-11-29',
      note: 'the device decides (#29711, first in v0.12.0), confirmed on a DGX Spark',
    },
    { kind: 'issue', ref: '#21274', note: 'the error, reported' },
  ],
  retire: 'when no pin is older than v0.12.0',
  upstreamStatus: 'Backport [c0dfc89485]',

  language: 'cuda',
  paths: /^csrc\/(?:\w+\/)*fp4\/nvfp4_scaled_mm_entry\.cu$/,
  content: /\bcutlass_scaled_fp4_mm_sm120a?\b/,
  find,
  judge,
  edit(place, { file }) {
    const { text } = file;
    const { elif, first, second } = chain(place)!;
    const newline = newlineOf(text);
    const sm = 'get_sm_version_num()';
    const header = text.indexOf('#include <torch/all.h>');
    const include = text.includes(HEADER)
      ? []
      : [insert(file, header, `#include "${HEADER}"  // ${mark(ID)}${newline}`)];
    const at = elif.startIndex;
    return [
      ...include,
      insert(file, first.startIndex, `if (${sm} >= 100 && ${sm} < 120) `),
      replace(file, { startIndex: at, endIndex: at + '#elif'.length }, `#endif  // ${mark(ID)}${newline}#if`),
      insert(
        file,
        Math.max(second.startIndex, lineStart(text, second.startIndex)),
        `if (${sm} >= 120 && ${sm} < 130) `,
      ),
    ];
  },
  absent: 'no function of nvfp4_scaled_mm_entry.cu calls an NVFP4 kernel of SM120 beside that of SM100',
  reason: {
    wrong: 'the build, and not the device, decides which NVFP4 kernel runs',
    right: 'the device decides which NVFP4 kernel runs',
  },
});
