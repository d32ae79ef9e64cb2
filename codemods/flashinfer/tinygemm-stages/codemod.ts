/**
 * The small GEMM of the router takes as many stages as GB10's shared memory has room for.
 *
 * Shapes of its launch:
 *  -   – v0.6.4   no such kernel
 *  T1  v0.6.5     16 stages, 192 KiB, on every device
 *  T2  v0.6.6 –   16 stages, or 4 where the device has less
 */
import {
  field,
  insertLines,
  insertLinesAfter,
  lineStart,
  mark,
  nextLine,
  replace,
  textOf,
} from '../../../src/api.js';
import { type Place, places } from '../../_families/places.js';
import { argumentNames, type Launch, launchesOf, MANY, stagesOf, stateOf } from './judge.js';

const ID = 'flashinfer/tinygemm-stages';

export default places<Launch & Place>({
  id: ID,
  project: 'flashinfer',
  title: "The router's small GEMM fits GB10's shared memory",
  why: 'tinygemm_bf16 asks for 196,608 bytes of shared memory, where SM12x has 101,376: "cudaFuncSetAttribute failed: invalid argument" at its first call, though it is declared for 12.0 and 12.1.',
  effect: { kind: 'stops', concerns: 'callers of tinygemm_bf16 of FlashInfer v0.6.5' },
  references: [
    { kind: 'commit', ref: '888177ea5', date: '2026-03-04', note: 'upstream (#2670, first in v0.6.6)' },
    { kind: 'commit', ref: '41545e5bd', note: 'the kernel (first in v0.6.5)' },
  ],
  retire: 'when no pin is v0.6.5',
  upstreamStatus: 'Backport [888177ea5]',

  language: 'cuda',
  paths: /(?:^|\/)tinygemm\w*\.cu$/,
  content: /\btinygemm_kernel\b[\s\S]*\bcudaFuncAttributeMaxDynamicSharedMemorySize\b/,
  find: launchesOf,
  judge: stateOf,
  edit(launch, { file }) {
    const { text } = file;
    const { fn, name } = launch;
    const constant = stagesOf(launch, text)!;
    const line = lineStart(text, constant.startIndex);
    const stages = textOf(field(constant, 'declarator')!, text);
    const called = textOf(name, text);
    const given = textOf(field(field(fn, 'declarator'), 'parameters')!, text);
    const passed = argumentNames(launch, text).join(', ');
    const dispatch = [
      '',
      `// ${mark(ID)}`,
      `void ${called}${given} {`,
      '  int device = 0, memory = 0;',
      '  cudaGetDevice(&device);',
      '  cudaDeviceGetAttribute(&memory, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);',
      `  if (memory >= ${MANY}) {`,
      `    ${called}_of<16>(${passed});`,
      '  } else {',
      `    ${called}_of<4>(${passed});`,
      '  }',
      '}',
    ];
    return [
      insertLines(file, fn.startIndex, [`// ${mark(ID)}`, `template <int ${stages}>`]),
      replace(file, name, `${called}_of`),
      replace(file, { startIndex: line, endIndex: nextLine(text, line) }, ''),
      insertLinesAfter(file, fn, dispatch),
    ];
  },
  absent: 'no tinygemm*.cu launches a tinygemm_kernel: no small GEMM for the router',
  reason: {
    wrong: 'the small GEMM asks for 192 KiB of shared memory, which SM12x does not have',
    right: 'the small GEMM takes as many stages as fit',
  },
});
