/**
 * Upstream's own cure of the NVFP4 MTP crash, for the Qwen models and revisions that never got it, and the
 * slip in their `gate_up_proj` mapping.
 *
 * Shapes of `self.fc = ColumnParallelLinear(...)`:
 *  M1  qwen3_next_mtp.py v0.11 – v0.21, qwen3_5_mtp.py v0.17 – v0.19   `quant_config=quant_config`
 *  M2  qwen3_5_mtp.py v0.20 –, qwen3_next_mtp.py after v0.21            a name that is None for modelopt_fp4
 * The mapping says ["up_proj", "down_proj"] in qwen3_next_mtp.py up to v0.21 and in qwen3_5_mtp.py before v0.17.
 */
import {
  enclosingFunction,
  field,
  insertLines,
  isOurs,
  mark,
  replace,
  replaceMarked,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { type Judged, parts } from '../../_families/places.js';
import { PREDICTORS, type Predictor, predictorsOf } from '../_shared/mtp-models.js';
import { type Mapping, packedMappings } from './find.js';

const ID = 'vllm/mtp-fc-unquantized';
const NAME = 'fc_quant';
const MAPPING = 'gate_up_proj is mapped to';

/** A predictor's `fc`: ModelOpt's NVFP4 is taken out of its quantisation. */
function fcOf({ file, name, statement: node, quant, state }: Predictor): Judged {
  const { text } = file;
  const fn = enclosingFunction(node);
  const marked = { startIndex: fn?.startIndex ?? 0, endIndex: node.endIndex };
  const what = `${name}.fc: ${state === 'exempt' ? 'unquantised for ModelOpt NVFP4' : "built with the checkpoint's quantisation"}`;
  if (state !== 'quantised') return { node, marked, said: [state === 'exempt' ? 'right' : 'unknown', what] };
  // Half of our edit, or another use of the name.
  const taken = isOurs(file, ID, marked) || (fn && new RegExp(`\\b${NAME}\\b`).test(textOf(fn, text)));
  const value = field(quant, 'value')!;
  const lines = [
    `# ${mark(ID)}`,
    '# NVFP4 exporters keep mtp.fc in BF16 and do not list it as excluded.',
    `${NAME} = ${textOf(value, text)}`,
    `if ${NAME} is not None and ${NAME}.get_name() == "modelopt_fp4":`,
    `    ${NAME} = None`,
  ];
  const edits = [insertLines(file, node.startIndex, lines), replace(file, value, NAME)];
  return { node, said: [taken ? 'unknown' : 'wrong', what], edits };
}

function mappingOf({ list: node, names, goal, state }: Mapping, file: SourceFile): Judged {
  const quote = textOf(node, file.text).includes("'") ? "'" : '"';
  const text = `[${goal.map((name) => quote + name + quote).join(', ')}]`;
  const holder = node.parent!;
  return {
    node,
    said: [state, `${MAPPING} ${names.join(' and ')}, and loaded from ${goal.join(' and ')}`],
    edits: replaceMarked(file, node, text, { holder, statement: holder, id: ID }),
  };
}

export default parts({
  id: ID,
  project: 'vllm',
  title: 'MTP models build fc unquantised for ModelOpt NVFP4',
  why: 'mtp.fc is BF16 in NVFP4 checkpoints of Qwen3-Next and Qwen3.5 that do not list it as excluded: speculative decoding stops with a shape mismatch at load. The same models map gate_up_proj to the wrong layers.',
  effect: {
    kind: 'stops',
    concerns: 'NVFP4 checkpoints of Qwen3-Next and Qwen3.5 with multi-token prediction',
  },
  references: [
    { kind: 'commit', ref: '771913e4a', date: '2026-04-03', note: 'Qwen3.5 (#38832, v0.20.0)' },
    { kind: 'pull-request', ref: '#46316', note: 'Qwen3-Next, and its mapping, after v0.21' },
    { kind: 'pull-request', ref: '#35031', note: 'the mapping slip, as reported' },
  ],
  retire: 'when no pin is older than the release that holds #46316',
  upstreamStatus: 'Backport [771913e4a]',

  parts: [
    { ...PREDICTORS, look: (document) => predictorsOf(document).map(fcOf) },
    {
      ...PREDICTORS,
      look(document) {
        const mappings = predictorsOf(document).length > 0 ? packedMappings(document) : [];
        return mappings.map((mapping) => mappingOf(mapping, document.file));
      },
    },
  ],
  absent: 'no Qwen MTP model of this revision builds an fc that could be quantised, or maps gate_up_proj',
  reason(sites) {
    const wrong = sites.filter(({ state }) => state === 'wrong');
    const [mapped, built] = [true, false].map((kind) =>
      wrong.some(({ what }) => what.startsWith(MAPPING) === kind),
    );
    const said = [
      ...(built ? ['mtp.fc is built quantised for ModelOpt NVFP4'] : []),
      ...(mapped ? ['gate_up_proj is mapped to layers that it is not loaded from'] : []),
    ];
    return {
      wrong: said.join('; '),
      right: 'mtp.fc is unquantised for ModelOpt NVFP4, and gate_up_proj is mapped right',
    };
  },
});
