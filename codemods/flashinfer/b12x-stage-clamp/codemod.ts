/**
 * The pipeline of the b12x fused MoE fits GB10's shared memory.
 *
 * Shapes of `self.ab_stage, … = …_compute_stages(…)` in the dynamic kernel, which counts one weight pipeline:
 *  -   – v0.6.8            no such kernel
 *  B1  v0.6.9 – v0.6.14    a gated MoE has two: as many stages as one would allow
 *  B2  v0.6.15 –           at most 2 stages where it is gated
 *  B3  2026-08 –           counted, and bounded by what fits
 */
import {
  ancestor,
  children,
  type Document,
  descendants,
  field,
  insertLinesAfter,
  mark,
  type Node,
  PythonRun,
  textOf,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'flashinfer/b12x-stage-clamp';
const STAGES = 'self.ab_stage';

interface StagePlace extends Place {
  /** Statements between the count and the first use of it. */
  readonly between: readonly Node[];
  readonly cls: Node | undefined;
}

function find({ root, file: { text } }: Document): StagePlace[] {
  return descendants(root, 'assignment').flatMap((assignment) => {
    const node = assignment.parent;
    const [left, right] = [field(assignment, 'left'), field(assignment, 'right')];
    const counts =
      left &&
      right &&
      textOf(left, text).includes(STAGES) &&
      /_compute_stages\s*\(/.test(textOf(right, text));
    if (!counts || node?.type !== 'expression_statement') return [];
    const behind = children(node.parent ?? undefined).filter(({ startIndex }) => startIndex >= node.endIndex);
    // Rounding down to a divisor comes next; it can only make the number smaller.
    const used = behind.findIndex(
      (at) => at.type === 'while_statement' || /_make_smem_layouts/.test(textOf(at, text)),
    );
    const between = behind.slice(0, used < 0 ? behind.length : used);
    const marked = { startIndex: node.startIndex, endIndex: between.at(-1)?.endIndex ?? node.endIndex };
    return [{ node, marked, between, cls: ancestor(node, 'class_definition') }];
  });
}

/** The stages of a gated MoE where one pipeline would allow 4, after the statements that follow. */
function judge({ between, cls }: StagePlace, { file: { text } }: Document): Said {
  if (!cls || !/\bself\.is_gated\b/.test(textOf(cls, text))) {
    return ['unknown', 'a kernel that does not say whether it is gated'];
  }
  const given = new Map<string, number | boolean>([
    [STAGES, 4],
    ['self.is_gated', true],
  ]);
  const run = new PythonRun(text, () => undefined, given);
  const stages = run.run(between).kind === 'end' ? run.names.get(STAGES) : undefined;
  const what = `${stages ?? 'an unknown number of'} stages for two weight pipelines`;
  if (stages === 4) return ['wrong', what];
  if (typeof stages === 'number' && stages <= 2) return ['right', what];
  const code = between.map((at) => textOf(at, text)).join('\n');
  // Counted anew for both pipelines, and no more than what fits.
  const bounded = /\bself\.ab_stage\s*=\s*min\(\s*self\.ab_stage\s*,/.test(code);
  const counted = /\bself\.smem_capacity\b/.test(code) && /\bself\.is_gated\b/.test(code);
  return bounded && counted ? ['right', 'bounded by what fits of both pipelines'] : ['unknown', what];
}

export default places<StagePlace>({
  id: ID,
  project: 'flashinfer',
  title: "The pipeline of the b12x fused MoE fits GB10's shared memory",
  why: 'A gated NVFP4 MoE with intermediate size 1024 or more asks for 118,784 bytes of shared memory where SM12x has 101,376: the flashinfer_b12x backend stops at warm-up.',
  effect: { kind: 'stops', concerns: 'gated NVFP4 MoE models with --moe-backend flashinfer_b12x' },
  references: [
    {
      kind: 'commit',
      ref: 'c22b65b9f',
      note: 'at most 2 stages where it is gated (#3744, first in v0.6.15)',
    },
    { kind: 'issue', ref: '#3807', date: '2026-07-02', note: 'Qwen3.5-122B-A10B-NVFP4 at warm-up' },
  ],
  retire: 'when no pin is older than v0.6.15',
  upstreamStatus: 'Backport [c22b65b9f]',

  language: 'python',
  paths: /(?:^|\/)blackwell_sm12x\/(?:_?moe_dynamic[^/]*|_moe_dynamic\/\w+)\.py$/,
  content: /^(?=[\s\S]*\bself\.is_gated\b)(?=[\s\S]*\bself\.ab_stage\b[^=]*=[^=]*_compute_stages\s*\()/,
  find,
  judge,
  edit: ({ node }, { file }) => [
    insertLinesAfter(file, node, [
      `# ${mark(ID)}`,
      '# A gated MoE has a second weight pipeline, which is not counted above.',
      'if self.is_gated:',
      `    ${STAGES} = max(1, min(${STAGES}, 2))`,
    ]),
  ],
  absent: 'no dynamic MoE kernel below blackwell_sm12x/ counts self.ab_stage and knows self.is_gated',
  reason: {
    wrong: 'the stages of a gated MoE are counted for one weight pipeline: more shared memory than GB10 has',
    right: 'the stages of a gated MoE are bounded',
  },
});
