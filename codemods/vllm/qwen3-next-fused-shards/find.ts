import {
  assignmentsTo,
  bare,
  bases,
  calleeName,
  classes,
  descendants,
  field,
  keywordValue,
  methods,
  type Node,
  nameOf,
  positional,
  statements,
  stringValue,
  textOf,
} from '../../../src/api.js';
import type { DeltaNetFile, Factory } from '../_shared/layer-factories.js';

/** A fused input projection of the gated delta net, as the class of Qwen3-Next builds it. */
export interface Projection {
  readonly from: DeltaNetFile;
  readonly cls: Node;
  /** `in_proj_qkvz` or `in_proj_ba`. */
  readonly name: string;
  /** The constructor call: inline, or the one that a factory method returns. */
  readonly call: Node;
  readonly factory: Factory | undefined;
}

const PROJECTIONS = ['in_proj_qkvz', 'in_proj_ba'];

/** The projections of a file's classes. A factory's overrides belong to other models. */
export function projections(from: DeltaNetFile, factories: readonly Factory[]): Projection[] {
  const { text } = from.file;
  return classes(from.root).flatMap((cls) =>
    PROJECTIONS.flatMap((name) =>
      assignmentsTo(cls, `self.${name}`, text).flatMap((assignment) => {
        const call = bare(field(assignment, 'right'));
        if (!call || call.type === 'none') return [];
        const makes = calleeName(call, text);
        const factory = factories.find(
          ({ className, name: made, file }) =>
            made === makes && className === nameOf(cls, text) && file === from.file,
        );
        return (factory?.made ?? [call]).map((layer) => ({ from, cls, name, call: layer, factory }));
      }),
    ),
  );
}

/** True for a layer of one tensor, which has no list of sizes. */
export function isPlain({ call, from }: Projection): boolean {
  return calleeName(call, from.file.text) === 'ColumnParallelLinear';
}

/** A class attribute's integer. */
export function attribute(cls: Node, name: string, text: string): number | undefined {
  const values = statements(cls)
    .filter((member) => member.type === 'expression_statement')
    .flatMap((member) => assignmentsTo(member, name, text))
    .map((assignment) => Number(textOf(field(assignment, 'right')!, text)));
  return values.length === 1 && Number.isInteger(values[0]) ? values[0] : undefined;
}

/**
 * Into how many parts a layer splits its rows before each is sharded, for Qwen3-Next's layout; `by` says that
 * the class decides (through an attribute) or the layout flag does.
 */
export interface Parts {
  readonly count: number;
  readonly by: 'value' | 'attribute' | 'layout';
}

export function partsOf(value: Node | undefined, fn: Node, cls: Node, text: string): Parts | undefined {
  const at = bare(value);
  if (!at) return undefined;
  if (at.type === 'list') return { count: positional(at).length, by: 'value' };
  if (at.type === 'binary_operator' && field(at, 'operator')?.type === '*') {
    const [list, times] = [bare(field(at, 'left')), bare(field(at, 'right'))];
    if (list?.type !== 'list' || positional(list).length !== 1 || !times) return undefined;
    if (times.type === 'integer') return { count: Number(textOf(times, text)), by: 'value' };
    const name = /^self\.(\w+)$/.exec(textOf(times, text))?.[1];
    const count = name === undefined ? undefined : attribute(cls, name, text);
    return count === undefined ? undefined : { count, by: 'attribute' };
  }
  if (at.type === 'conditional_expression') {
    const [whenFused, flag] = positional(at);
    const named = flag && /^self\.\w*interleaved\w*$/.test(textOf(flag, text));
    const parts = named ? partsOf(whenFused, fn, cls, text) : undefined;
    return parts && { ...parts, by: 'layout' };
  }
  if (at.type !== 'identifier') return undefined;
  const bound = assignmentsTo(fn, textOf(at, text), text);
  return bound.length === 1 ? partsOf(field(bound[0], 'right'), fn, cls, text) : undefined;
}

/** The `output_sizes` of a projection, by name or by position. */
export function sizesOf({ call, from }: Projection): Node | undefined {
  const merged = /^Merged/.test(calleeName(call, from.file.text));
  const second = merged ? positional(field(call, 'arguments'))[1] : undefined;
  return keywordValue(call, 'output_sizes', from.file.text) ?? second;
}

export interface Heir {
  readonly from: DeltaNetFile;
  readonly cls: Node;
}

/**
 * Classes that inherit a projection and load its parts apart, each as a shard of its own: their files hold
 * `("in_proj_ba", "in_proj_b", 0)`.
 */
export function heirsLoadingParts(projection: Projection, files: readonly DeltaNetFile[]): Heir[] {
  const { cls, name, factory, from } = projection;
  const own = nameOf(cls, from.file.text);
  return files
    .filter(({ file, root }) => {
      const tuples = descendants(root, 'tuple').map((tuple) => positional(tuple));
      return tuples.some(([target, , shard]) => shard && stringValue(target, file.text) === name);
    })
    .flatMap((heirFile) =>
      classes(heirFile.root)
        .filter((heir) => bases(heir, heirFile.file.text).includes(own))
        .filter((heir) => !methods(heir).some((fn) => nameOf(fn, heirFile.file.text) === factory?.name))
        .map((heir) => ({ from: heirFile, cls: heir })),
    );
}
