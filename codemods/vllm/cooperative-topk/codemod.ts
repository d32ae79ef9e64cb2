/**
 * The cooperative top-k is not launched on SM12x.
 *
 * Shapes of the condition under which it is launched:
 *  -   – 2026-06-22              no such kernel
 *  C1  855cd4d787..9a08a5118e    everything from 9.0 on: a week of nightlies
 *  C2  2026-07-01 –              not on the family of 12.0
 */
import {
  ancestor,
  behind,
  beyondParentheses,
  callsOf,
  descendants,
  field,
  indentAt,
  insert,
  lineStart,
  markAbove,
  newlineOf,
  textOf,
} from '../../../src/api.js';
import { gate } from '../../_families/gate.js';

const ID = 'vllm/cooperative-topk';

export default gate({
  id: ID,
  project: 'vllm',
  title: 'No cooperative top-k on SM12x',
  why: 'The kernel is launched as a cluster, which SM12x refuses with "invalid argument": sparse attention models stop at their first decode.',
  effect: { kind: 'stops', concerns: 'models with a sparse indexer (DeepSeek V3.2 and later)' },
  references: [
    { kind: 'commit', ref: '855cd4d787', date: '2026-06-23', note: 'the kernel, from 9.0 on (#43008)' },
    { kind: 'commit', ref: '9a08a5118e', date: '2026-07-01', note: 'not on SM12x (#47164)' },
  ],
  retire: 'when no pin lies between 855cd4d787 and 9a08a5118e',
  upstreamStatus: 'Backport [9a08a5118e]',

  paths: /^vllm\/(?:.*\/)?[^/]*indexer[^/]*\.py$/,
  content: /\bcooperative_topk\s*\(/,
  find: ({ root, file: { text } }) =>
    callsOf(root, 'cooperative_topk', text).flatMap((launch) => {
      const condition = field(ancestor(launch, 'if_statement', 'elif_clause'), 'condition');
      const node = condition && behind(condition, text);
      return node ? [{ node, marked: beyondParentheses(node).parent! }] : [];
    }),
  goal: [90, 100],
  wrong: [90, 100, 120, 121],
  says: { wrong: 'the cluster launch is for everything from 9.0 on', right: 'SM12x takes another kernel' },
  edit({ node }, { file }) {
    const { text } = file;
    const [check] = callsOf(node, 'has_device_capability', text);
    if (!check || descendants(node, 'or').length > 0) return [];
    const platform = textOf(field(field(check, 'function'), 'object')!, text);
    const start = lineStart(text, check.startIndex);
    const ownLine = /^\s*and\s*$/.test(text.slice(start, check.startIndex));
    const gap = ownLine ? newlineOf(text) + indentAt(text, start) : ' ';
    return [
      insert(file, check.endIndex, `${gap}and not ${platform}.is_device_capability_family(120)`),
      markAbove(file, beyondParentheses(node).parent!.startIndex, ID),
    ];
  },
  absent: 'no indexer below vllm/ calls cooperative_topk on a condition',
  reason: {
    wrong: 'the cooperative top-k is launched on SM12x, which refuses it',
    right: 'SM12x does not get the cooperative top-k',
  },
});
