/**
 * FlashInfer's CUTLASS MoE is offered for NVFP4 on SM12x, where it has kernels.
 *
 * Shapes:
 *  F0   v0.10.0             `is_device_capability(100)` in ModelOptNvFp4FusedMoE
 *  F1   v0.10.1 – v0.11.0   the same in is_flashinfer_fp4_cutlass_moe_available
 *  F1b  v0.11.1 – v0.14     `has_device_capability(100)`: admits 12.1
 *  F2   v0.15.0             FlashInferExperts: SM90 and family 100, for the device and for NVFP4
 *  F3   v0.15.1 –           family 120 as well
 *  F3x  65b980896..191e3fdaa (2026-04-14 to 20)  exactly 12.0: closed for 12.1 on purpose, and left closed
 */
import {
  askedFor,
  calleeName,
  capabilityChecks,
  type Document,
  type Edit,
  enclosingFunction,
  field,
  holds,
  indentAt,
  insertLines,
  isOurs,
  isSafe,
  lineStart,
  mark,
  type Node,
  newlineOf,
  onDevice,
  pythonValue,
  replace,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { type Judged, parts, type Said } from '../../_families/places.js';
import { type Gate, READERS, type Reader } from './find.js';

const ID = 'vllm/flashinfer-nvfp4-moe-gate';

/** What is said of a gate that tells 12.0 from 12.1: only 65b980896 did, and meant it. */
const CLOSED = 'admits 12.0 and, on purpose, not 12.1';

/** The check that admits SM100 and nothing else: SM12x goes beside it. */
function blackwellCheck({ condition }: Gate, text: string): Node | undefined {
  const exact = capabilityChecks(condition, text).filter(
    (call) => askedFor(call, text) === 100 && calleeName(call, text) !== 'has_device_capability',
  );
  return exact.length === 1 ? exact[0] : undefined;
}

function saidOf(gate: Gate, text: string): Said {
  const { condition, whole } = gate;
  const [ada, b200, rtx, spark] = [89, 100, 120, 121].map((capability) =>
    holds(pythonValue(condition, text, onDevice(capability))),
  );
  if (!whole || !isSafe(condition) || [b200, rtx, spark].includes(undefined))
    return ['unknown', 'cannot be read'];
  if (spark) {
    return ada === false && b200 && rtx
      ? ['right', 'admits 12.1']
      : ['unknown', 'admits others than have kernels'];
  }
  if (rtx) return ['right', CLOSED];
  return b200 && blackwellCheck(gate, text)
    ? ['wrong', 'admits SM100 and not SM12x']
    : ['unknown', 'admits no Blackwell'];
}

/** `check(100)` becomes `check(100) or check(12x)`, on lines of its own. */
function edit(gate: Gate, file: SourceFile): Edit[] {
  const { text } = file;
  const check = blackwellCheck(gate, text)!;
  const name = textOf(field(check, 'function')!, text);
  const added = name.endsWith('_family') ? [120] : [120, 121];
  const free = check.parent?.type === 'parenthesized_expression' || /^or\b/.test(operatorOf(check, text));
  const start = lineStart(text, check.startIndex);
  const before = text.slice(start, check.startIndex);
  const indent = /^\s*(?:or )?$/.test(before)
    ? indentAt(text, start)
    : ' '.repeat(before.length + (free ? 0 : 1));
  const lines = added.map((capability) => `${newlineOf(text)}${indent}or ${name}(${capability})`).join('');
  const widened = `${textOf(check, text)}${lines}`;
  return [
    replace(file, check, free ? widened : `(${widened})`),
    insertLines(file, gate.statement.startIndex, [`# ${mark(ID)}`]),
  ];
}

function operatorOf(node: Node, text: string): string {
  const operator = node.parent?.type === 'boolean_operator' ? field(node.parent, 'operator') : undefined;
  return operator ? textOf(operator, text) : '';
}

/** Gates of one age: our mark stands above the statement, and what is closed on purpose is not of our making. */
const gatesOf =
  (read: Reader) =>
  ({ file, root }: Document): Judged[] =>
    read(root, file.text).map((gate) => {
      const { condition: node, name } = gate;
      const [state, what] = saidOf(gate, file.text);
      const fn = enclosingFunction(node);
      const ours = state === 'right' && what === CLOSED && fn && isOurs(file, ID, fn);
      return {
        node,
        ...(fn ? { marked: fn } : {}),
        said: [ours ? 'unknown' : state, `${name} ${what}`],
        edits: () => edit(gate, file),
      };
    });

export default parts({
  id: ID,
  project: 'vllm',
  title: 'FlashInfer CUTLASS MoE is offered for NVFP4 on SM12x',
  why: 'On GB10 the FlashInfer MoE for NVFP4 is refused although FlashInfer has SM120-family kernels: the model falls back to Marlin, or stops where FlashInfer was asked for.',
  effect: { kind: 'slow', concerns: 'NVFP4 MoE models' },
  references: [
    {
      kind: 'commit',
      ref: '079781177',
      date: '2026-01-31',
      note: 'upstream admits family 120 (#33417; 15ebd0ced in v0.15.1)',
    },
    {
      kind: 'commit',
      ref: '65b980896',
      date: '2026-04-14',
      note: 'closes 12.1 for FlashInfer <= 0.6.7 (#39825)',
    },
    { kind: 'commit', ref: '191e3fdaa', date: '2026-04-20', note: 'opens it again (#39959)' },
  ],
  retire: 'when no pin is older than v0.15.1',
  upstreamStatus: 'Backport [079781177]',

  parts: READERS.map(({ paths, content, read }) => ({
    language: 'python',
    paths,
    content,
    look: gatesOf(read),
  })),
  absent: 'this revision has no FlashInfer CUTLASS MoE for NVFP4',
  reason: (sites) => ({
    wrong: 'FlashInfer CUTLASS MoE is refused on SM12x, where it has kernels',
    right: sites.some(({ what }) => what.endsWith(CLOSED))
      ? 'this revision closes FlashInfer CUTLASS MoE on 12.1 on purpose (65b980896): it stays closed'
      : 'FlashInfer CUTLASS MoE admits 12.1',
  }),
});
