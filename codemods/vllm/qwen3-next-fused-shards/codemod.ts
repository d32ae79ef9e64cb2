/**
 * Qwen3-Next's fused projections are sharded as one tensor.
 *
 * The checkpoint stores in_proj_qkvz and in_proj_ba as one tensor each, whose rows interleave their parts by
 * key head. A layer that lists its parts splits the rows at the wrong places and shards each piece: with tensor
 * parallel above 1 every rank loads wrong rows, silently.
 *
 * Shapes:
 *  T0  v0.11 – v0.16  ColumnParallelLinear: one part, right
 *  T1  3b30e6150      both as MergedColumnParallelLinear with two parts
 *  T2  v0.17          qkvz is one part, ba two; Qwen3.5 inherits ba and does need two
 *  T3  v0.18 –        factory methods, later a layout flag: right
 */
import {
  bare,
  defineCodemod,
  type Edit,
  enclosingFunction,
  field,
  insertLines,
  isOurs,
  isSafe,
  lineStart,
  mark,
  type Node,
  nameOf,
  positional,
  replaceMarked,
  type Site,
  type SiteState,
  statements,
  textOf,
} from '../../../src/api.js';
import { type DeltaNetFile, deltaNetFiles, layerFactories } from '../_shared/layer-factories.js';
import {
  attribute,
  type Heir,
  heirsLoadingParts,
  isPlain,
  type Projection,
  partsOf,
  projections,
  sizesOf,
} from './find.js';

const ID = 'vllm/qwen3-next-fused-shards';
const SHARDS = 'ba_shards';

interface ShardSite extends Site {
  readonly projection: Projection;
  readonly heirs: readonly Heir[];
}

function stateOf(projection: Projection, heirs: readonly Heir[]): [SiteState, string] {
  const { call, cls, from } = projection;
  const { text } = from.file;
  const sizes = sizesOf(projection);
  const fn = enclosingFunction(call);
  if (isPlain(projection)) return ['right', 'is one tensor'];
  const parts = fn && isSafe(call) ? partsOf(sizes, fn, cls, text) : undefined;
  if (!parts) return ['unknown', 'has output_sizes of a shape that is not known'];
  if (parts.count > 1)
    return [parts.by === 'value' ? 'wrong' : 'unknown', `is sharded as ${parts.count} tensors`];
  const bereft = heirs.filter(
    (heir) =>
      parts.by === 'value' ||
      (parts.by === 'attribute' && attribute(heir.cls, SHARDS, heir.from.file.text) !== 2),
  );
  if (bereft.length > 0)
    return ['unknown', `is one tensor for ${nameOf(bereft[0]!.cls, bereft[0]!.from.file.text)} too`];
  return [sizes && isOurs(from.file, ID, sizes) ? 'ours' : 'right', 'is sharded as one tensor'];
}

/** The elements of `[a, b]`, and of `[a] * 2` written out. */
function written(sizes: Node, text: string): string[] {
  const list = bare(sizes)!;
  if (list.type === 'list') return positional(list).map((size) => textOf(size, text));
  const [one] = positional(bare(field(list, 'left')));
  return Array<string>(Number(textOf(field(list, 'right')!, text))).fill(textOf(one!, text));
}

/** A class attribute, as the first member behind the docstring. */
function addAttribute({ from, cls }: Heir, value: number, comment: readonly string[]): Edit {
  const [first, second] = statements(cls);
  const isDocstring = first?.namedChildren[0]?.type === 'string';
  const at = (isDocstring ? second : first)!;
  const start = at.parent?.type === 'decorated_definition' ? at.parent.startIndex : at.startIndex;
  return insertLines(from.file, start, [...comment, `${SHARDS} = ${value}  # ${mark(ID)}`, '']);
}

function edit({ projection, heirs }: ShardSite): Edit[] {
  const { from, call } = projection;
  const { text } = from.file;
  const sizes = sizesOf(projection)!;
  const parts = written(sizes, text);
  const total = new Set(parts).size === 1 ? `${parts[0]} * ${parts.length}` : parts.join(' + ');
  const value = heirs.length === 0 ? `[${total}]` : `[${total} // self.${SHARDS}] * self.${SHARDS}`;
  const holder = sizes.parent?.type === 'keyword_argument' ? sizes.parent : sizes;
  const edits = replaceMarked(from.file, sizes, value, { holder, statement: call, id: ID });
  if (heirs.length === 0) return edits;
  const comment = ['# One fused tensor in the checkpoint; its rows interleave b and a by key head.'];
  return [
    ...edits,
    addAttribute({ from, cls: projection.cls }, 1, comment),
    ...heirs.map((heir) => addAttribute(heir, 2, ['# b and a are two tensors in the checkpoint.'])),
  ];
}

/** Class attributes go on lines of their own, before the first member. */
function canTakeAttribute({ from, cls }: Heir): boolean {
  const [first] = statements(cls);
  const { text } = from.file;
  return first !== undefined && text.slice(lineStart(text, first.startIndex), first.startIndex).trim() === '';
}

function siteOf(projection: Projection, files: readonly DeltaNetFile[]): ShardSite {
  const heirs = heirsLoadingParts(projection, files);
  const [state, what] = stateOf(projection, heirs);
  const stuck = state === 'wrong' && heirs.length > 0 && ![...heirs, projection].every(canTakeAttribute);
  return {
    file: projection.from.file,
    offset: projection.call.startIndex,
    state: stuck ? 'unknown' : state,
    what: `${projection.name} ${what}`,
    projection,
    heirs,
  };
}

export default defineCodemod<ShardSite>({
  id: ID,
  project: 'vllm',
  title: "Qwen3-Next's fused projections are sharded as one tensor",
  why: 'With tensor parallel above 1, in_proj_qkvz and in_proj_ba load wrong rows on every rank, without an error: the output is garbage. Two GB10 machines run with 2.',
  effect: { kind: 'wrong', concerns: 'Qwen3-Next on two or more GPUs' },
  references: [
    { kind: 'commit', ref: '3bb4e4311', date: '2026-02-16', note: 'splits both into parts' },
    {
      kind: 'commit',
      ref: 'c0bd8b13d',
      date: '2026-02-18',
      note: 'makes in_proj_qkvz one part again (#34697, v0.17.0)',
    },
    {
      kind: 'commit',
      ref: '4e95ec111',
      date: '2026-03-09',
      note: 'the same for in_proj_ba (#36242, v0.18.0)',
    },
  ],
  retire: 'when no pin lies between 3bb4e4311 and v0.18.0',
  upstreamStatus: 'Backport [4e95ec111]',

  async judge(context) {
    const files = await deltaNetFiles(context);
    const factories = layerFactories(files);
    const sites = files
      .flatMap((file) => projections(file, factories))
      .map((projection) => siteOf(projection, files));
    const wrong = sites.filter(({ state }) => state === 'wrong').map(({ projection }) => projection.name);
    const where = wrong.join(' and ');
    return {
      sites,
      absent: 'no model or delta net builds a fused projection in_proj_qkvz or in_proj_ba',
      reason: {
        wrong: `a fused tensor is split before it is sharded, in ${where}: wrong rows with tensor parallel above 1`,
        right: 'the fused projections are sharded as one tensor each',
      },
    };
  },

  rewrite: (sites) => sites.flatMap(edit),
});
