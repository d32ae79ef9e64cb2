/**
 * The EMULATION backend reads the weight scales as its caller stores them.
 *
 * `run_nvfp4_emulations` is the same text in right and wrong revisions; what changed is the caller's contract:
 *  S0  v0.9                no emulation
 *  S1  v0.10 – v0.15       swizzled scales and a divisor are passed, and expected: right
 *  S1' v0.16 – v0.19       linear scales and a factor are passed, the others expected: wrong by 10^8
 *  S2  v0.20 –             linear scales and a factor are expected
 */
import {
  ancestor,
  callsOf,
  defineCodemod,
  field,
  functionsNamed,
  insertLines,
  isOurs,
  isSafe,
  lineEnd,
  lineStart,
  locate,
  mark,
  type Node,
  nextLine,
  replace,
  type Site,
  type SiteState,
  search,
  textOf,
} from '../../../src/api.js';
import {
  argumentTexts,
  type Contract,
  callers,
  type Emulation,
  expected,
  provided,
  readEmulation,
} from './find.js';

const ID = 'vllm/nvfp4-emulation';

interface EmulationSite extends Site {
  readonly emulation: Emulation;
  /** `w = dequantize_to_dtype(...)`, undefined where the emulation de-quantises by itself. */
  readonly statement: Node | undefined;
}

const describe = ({ layout, scale }: Partial<Contract>): string =>
  `${layout ?? 'unknown'} scales and a ${scale ?? 'scale of unknown kind'}`;

function stateOf(wants: Partial<Contract>, gets: Partial<Contract>, ours: boolean): SiteState {
  if (!wants.layout || !wants.scale || !gets.layout || !gets.scale) return 'unknown';
  if (wants.layout === gets.layout && wants.scale === gets.scale) return ours ? 'ours' : 'right';
  return gets.layout === 'linear' && gets.scale === 'factor' ? 'wrong' : 'unknown';
}

/** The de-quantisation as a plain statement `name = dequantize_to_dtype(...)` on lines of its own. */
function plainStatement({ file: { text }, fn, dequantise }: Emulation, root: Node): Node | undefined {
  const assignment = dequantise && ancestor(dequantise, 'assignment');
  const statement = assignment?.parent;
  const whole = assignment && field(assignment, 'right')?.id === dequantise.id;
  const helper = functionsNamed(root, 'break_fp4_bytes', text).length > 0;
  if (!whole || !helper || statement?.type !== 'expression_statement' || !isSafe(fn)) return undefined;
  const ends = text.slice(statement.endIndex, lineEnd(text, statement.endIndex)).trim() === '';
  return ends && argumentTexts(dequantise, text).length >= 5 ? statement : undefined;
}

/** The weight in the caller's contract: nothing depends on the data, so the graph stays whole. */
function linearLines({ file: { text }, dequantise }: Emulation): string[] {
  const target = textOf(field(ancestor(dequantise!, 'assignment'), 'left')!, text);
  const [packed, scales, scale, dtype] = argumentTexts(dequantise!, text);
  return [
    `# ${mark(ID)}: the scales are linear, and the`,
    '# global scale is a factor.',
    `${target}_scale = ${scales}.view(torch.float8_e4m3fn).to(torch.float32)`,
    `${target}_scale = (${target}_scale * ${scale}).unsqueeze(-1)`,
    `${target} = break_fp4_bytes(${packed}, torch.float32)`,
    `${target} = ${target}.reshape(*${target}_scale.shape[:-1], -1) * ${target}_scale`,
    `${target} = ${target}.flatten(-2).to(${dtype})`,
  ];
}

export default defineCodemod<EmulationSite>({
  id: ID,
  project: 'vllm',
  title: 'The NVFP4 emulation reads scales as its caller stores them',
  why: 'With VLLM_USE_NVFP4_CT_EMULATIONS=1 the weights of NVFP4 models are de-quantised with scrambled block scales and an inverted global scale: the output is garbage.',
  effect: { kind: 'wrong', concerns: 'NVFP4 models with VLLM_USE_NVFP4_CT_EMULATIONS=1' },
  references: [
    {
      kind: 'commit',
      ref: '67ebaff52',
      date: '2026-01-30',
      note: "changes the caller's contract (#33201, v0.16.0)",
    },
    {
      kind: 'commit',
      ref: '00d7b497b',
      date: '2026-04-06',
      note: 'upstream follows in the emulation (#35733, v0.20.0)',
    },
    {
      kind: 'measurement',
      ref: '256x512 weight, 8x512 input',
      note: 'relative error 1.45e8 before, 0.133 after, as in v0.20.0',
    },
  ],
  retire: 'when no pin lies between 67ebaff52 and v0.20.0',
  upstreamStatus: 'Backport [00d7b497b]',

  async judge(context) {
    const [file] = await locate(context, {
      known: ['vllm/model_executor/layers/quantization/utils/nvfp4_emulation_utils.py'],
      search: /^vllm\/.*emulation[^/]*\.py$/,
      // A function of the module: as a method it is another one.
      holds: /^def run_nvfp4_emulations\b/m,
    });
    if (!file) {
      const [method] = await search(
        context,
        /^vllm\/.*(?:nvfp4|w4a4)[^/]*\.py$/,
        /def run_nvfp4_emulations\b/,
      );
      if (method)
        return {
          absent: `the NVFP4 emulation is a method here, in ${method.path}, and no other file's contract`,
        };
      return { absent: 'no Python file defines run_nvfp4_emulations' };
    }
    const { root } = await context.parse(file, 'python');
    const emulation = readEmulation(file, root);
    if (!emulation) return { drifted: `${file.path} does not parse` };
    const used = await callers(context);
    if (used.length === 0)
      return { absent: `${file.path} defines run_nvfp4_emulations, and nothing calls it` };
    const ours = isOurs(file, ID, emulation.fn);
    const statement = plainStatement(emulation, root);
    const contracts = await Promise.all(
      used.map(async (caller) => ({
        wants: await expected(emulation, root, caller, context),
        gets: await provided(caller, context),
      })),
    );
    const readsData = callsOf(emulation.fn, 'item', file.text).length > 0;
    const sites = contracts.map(({ wants, gets }): EmulationSite => {
      const found = readsData ? 'unknown' : stateOf(wants, gets, ours);
      return {
        file,
        offset: emulation.fn.startIndex,
        state: found === 'wrong' && !statement ? 'unknown' : found,
        what: readsData
          ? 'reads a value back with .item(), which breaks torch.compile(fullgraph=True)'
          : `expects ${describe(wants)}, and gets ${describe(gets)}`,
        emulation,
        statement,
      };
    });
    const said = `the emulation ${sites[0]?.what ?? 'is not called'}`;
    return { sites, expected: 1, reason: { wrong: said, right: said } };
  },

  rewrite: (sites) =>
    sites.map(({ file, emulation, statement }) => {
      const lines = insertLines(file, statement!.startIndex, linearLines(emulation)).text;
      const startIndex = lineStart(file.text, statement!.startIndex);
      return replace(file, { startIndex, endIndex: nextLine(file.text, statement!.endIndex) }, lines);
    }),
});
