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
  defineCodemod,
  type Edit,
  enclosingFunction,
  field,
  insertLines,
  isOurs,
  mark,
  replace,
  replaceMarked,
  type Site,
  type SiteState,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { isCuredBy, mtpPredictors, type Predictor } from '../_shared/mtp-models.js';
import { type Mapping, packedMappings } from './find.js';

const ID = 'vllm/mtp-fc-unquantized';
const NAME = 'fc_quant';

interface MtpSite extends Site {
  readonly predictor?: Predictor;
  readonly mapping?: Mapping;
}

function fcSite(predictor: Predictor): MtpSite {
  const { file, statement, name, state: found } = predictor;
  const fn = enclosingFunction(statement);
  // Half of our edit, or another use of the name.
  const taken =
    isCuredBy(predictor, ID) || (fn !== undefined && new RegExp(`\\b${NAME}\\b`).test(textOf(fn, file.text)));
  const states: Record<Predictor['state'], SiteState> = {
    quantised: taken ? 'unknown' : 'wrong',
    exempt: isCuredBy(predictor, ID) ? 'ours' : 'right',
    unknown: 'unknown',
  };
  const what =
    found === 'exempt' ? 'unquantised for ModelOpt NVFP4' : "built with the checkpoint's quantisation";
  const offset = statement.startIndex;
  return { file, offset, state: states[found], what: `${name}.fc: ${what}`, predictor };
}

function mappingSite(mapping: Mapping): MtpSite {
  const { file, list, names, goal, loaded, state } = mapping;
  const from = loaded ? 'loaded from' : 'made, in every gated MLP, of';
  return {
    file,
    offset: list.startIndex,
    state: state === 'right' && isOurs(file, ID, list) ? 'ours' : state,
    what: `gate_up_proj is mapped to ${names.join(' and ')}, and ${from} ${goal.join(' and ')}`,
    mapping,
  };
}

function unquantise({ file, statement, quant }: Predictor): Edit[] {
  const value = field(quant, 'value')!;
  const lines = [
    `# ${mark(ID)}`,
    '# NVFP4 exporters keep mtp.fc in BF16 and do not list it as excluded.',
    `${NAME} = ${textOf(value, file.text)}`,
    `if ${NAME} is not None and ${NAME}.get_name() == "modelopt_fp4":`,
    `    ${NAME} = None`,
  ];
  return [insertLines(file, statement.startIndex, lines), replace(file, value, NAME)];
}

function correct({ file, list, goal }: Mapping): Edit[] {
  const quote = textOf(list, file.text).includes("'") ? "'" : '"';
  const text = `[${goal.map((name) => quote + name + quote).join(', ')}]`;
  return replaceMarked(file, list, text, { holder: list.parent!, statement: list.parent!, id: ID });
}

export default defineCodemod<MtpSite>({
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

  async judge(context) {
    const predictors = await mtpPredictors(context);
    const files = [...new Map(predictors.map(({ file }) => [file.path, file])).values()];
    const mappings = await Promise.all(files.map((file: SourceFile) => packedMappings(file, context)));
    const sites = [...predictors.map(fcSite), ...mappings.flat().map(mappingSite)];
    const wrong = sites.filter(({ state }) => state === 'wrong');
    const parts = [
      ...(wrong.some(({ predictor }) => predictor) ? ['mtp.fc is built quantised for ModelOpt NVFP4'] : []),
      ...(wrong.some(({ mapping }) => mapping)
        ? ['gate_up_proj is mapped to layers that it is not loaded from']
        : []),
    ];
    return {
      sites,
      absent:
        'no Qwen MTP model below vllm/ builds an fc under its own prefix: none that could be quantised by name',
      reason: {
        wrong: parts.join('; '),
        right: 'mtp.fc is unquantised for ModelOpt NVFP4, and gate_up_proj is mapped right',
      },
    };
  },

  rewrite(sites) {
    return sites.flatMap(({ predictor, mapping }) => [
      ...(predictor ? unquantise(predictor) : []),
      ...(mapping ? correct(mapping) : []),
    ]);
  },
});
