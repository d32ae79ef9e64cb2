/**
 * The doubled `.in_proj_qkvz` of Qwen3-Next's gated delta net.
 *
 * Shapes:
 *  S1  v0.11 – v0.16        built inline in the constructor, right: not applicable
 *  S2  3bb4e4311..1d65283e9 create_qkvz_proj appends what its caller passed already: 20 commits, no release
 *  S3  v0.17, v0.18         the same method passes its prefix on
 *  S4  v0.19 –              moved to layers/mamba/, right
 */
import {
  callsOf,
  defineCodemod,
  field,
  isOurs,
  isSafe,
  keywordValue,
  type Node,
  parameters,
  positional,
  replaceMarked,
  type Site,
  type SiteState,
  suffixed,
  textOf,
} from '../../../src/api.js';
import {
  type DeltaNetFile,
  deltaNetFiles,
  type Factory,
  layerFactories,
} from '../_shared/layer-factories.js';

const ID = 'vllm/qwen3-next-prefix';

interface FactorySite extends Site {
  readonly factory: Factory;
}

/** What a prefix ends in: `.x` for `f"{prefix}.x"`, nothing for `prefix` itself; undefined for all else. */
function suffixOf(value: Node | undefined, text: string): string | undefined {
  if (value && textOf(value, text) === 'prefix') return '';
  const parts = suffixed(value, text);
  return parts?.name === 'prefix' ? parts.suffix : undefined;
}

/** What the prefixes end in that a factory's callers pass. */
function passedSuffixes(factory: Factory, files: readonly DeltaNetFile[]): (string | undefined)[] {
  const place = parameters(factory.fn, factory.file.text).indexOf('prefix') - 1;
  return files.flatMap(({ file: { text }, root }) =>
    callsOf(root, factory.name, text)
      .filter((call) => /^self\s*\./.test(textOf(field(call, 'function')!, text)))
      .map((call) => keywordValue(call, 'prefix', text) ?? positional(field(call, 'arguments'))[place])
      .map((value) => suffixOf(value, text)),
  );
}

function stateOf(factory: Factory, files: readonly DeltaNetFile[]): [SiteState, string] {
  const { fn, file, made } = factory;
  const { text } = file;
  if (!isSafe(fn)) return ['unknown', 'does not parse'];
  const passed = passedSuffixes(factory, files);
  const doubled = made.map((call) => {
    const appended = suffixOf(keywordValue(call, 'prefix', text), text);
    if (appended === '') return false;
    if (appended === undefined || passed.length === 0 || passed.includes(undefined)) return undefined;
    const twice = passed.filter((suffix) => suffix!.endsWith(appended));
    return twice.length === 0 || twice.length === passed.length ? twice.length > 0 : undefined;
  });
  if (doubled.includes(undefined)) return ['unknown', 'names its layer in a way that is not known'];
  if (doubled.includes(true)) return ['wrong', 'appends what its caller passed already'];
  const ours = isOurs(file, ID, fn);
  return [ours ? 'ours' : 'right', 'gives its layer the name that the caller chose'];
}

export default defineCodemod<FactorySite>({
  id: ID,
  project: 'vllm',
  title: "Qwen3-Next's in_proj_qkvz has its name once",
  why: 'The layer is called ...in_proj_qkvz.in_proj_qkvz, so exact-match exclude lists (FP8 modules_to_not_convert, compressed-tensors ignore) miss it and quantise it.',
  effect: { kind: 'wrong', concerns: 'FP8 and compressed-tensors checkpoints of Qwen3-Next' },
  references: [
    {
      kind: 'commit',
      ref: '3bb4e4311',
      date: '2026-02-16',
      note: 'adds the factory that doubles the name (#34492)',
    },
    { kind: 'commit', ref: '1d65283e9', date: '2026-02-17', note: 'reverts it (#34683)' },
    { kind: 'commit', ref: 'c0bd8b13d', date: '2026-02-18', note: 'lands it again, right (#34697, v0.17.0)' },
  ],
  retire: 'when no pin lies between 3bb4e4311 and 1d65283e9',
  upstreamStatus: 'Backport [c0bd8b13d]',

  async judge(context) {
    const files = await deltaNetFiles(context);
    const sites = layerFactories(files)
      .map((factory): FactorySite => {
        const [state, what] = stateOf(factory, files);
        const { file, fn, className, name } = factory;
        return { file, offset: fn.startIndex, state, what: `${className}.${name} ${what}`, factory };
      })
      .filter(({ factory, state }) => factory.home || state !== 'right');
    const absent =
      files.length === 0
        ? 'no Python file sets self.in_proj_qkvz or defines create_qkvz_proj'
        : 'the constructor builds in_proj_qkvz itself: no factory method can double its name';
    return {
      sites,
      absent,
      reason: {
        wrong: 'a factory method appends .in_proj_qkvz to a prefix that ends in it already',
        right: 'every factory method gives its layer the name that the caller chose',
      },
    };
  },

  rewrite(sites) {
    return sites.flatMap(({ factory: { file, made } }) =>
      made
        .map((call) => ({ call, value: keywordValue(call, 'prefix', file.text)! }))
        .filter(({ value }) => value.type === 'string')
        .flatMap(({ call, value }) =>
          replaceMarked(file, value, 'prefix', { holder: value.parent!, statement: call, id: ID }),
        ),
    );
  },
});
