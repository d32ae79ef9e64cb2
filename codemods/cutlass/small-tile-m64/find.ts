import {
  ancestors,
  argumentsOf,
  bare,
  calledName,
  type Document,
  descendants,
  field,
  isSafe,
  markBehind,
  type Node,
  operatorOf,
  replace,
  type SourceFile,
  textOf,
  tokensOf,
} from '../../../src/api.js';
import type { Judged } from '../../_families/places.js';
import { ROWS, valuesOf } from './rows.js';

/** What one of the places is by value, and how it is mended. */
interface Tile {
  readonly node: Node;
  /** For each number of rows, as it is. */
  readonly values: string;
  readonly wrong: string;
  readonly right: string;
  readonly what: readonly [wrong: string, right: string];
  /** The new text of a node; undefined where its shape is not known. */
  readonly mended: readonly [node: Node, text: string] | undefined;
}

const row = (of: (rows: number) => number): string => ROWS.map(of).join();

function judged({ node, values, wrong, right, what, mended }: Tile, file: SourceFile, id: string): Judged {
  if (values === right) return { node, said: ['right', what[1]] };
  if (values !== wrong || !mended || !isSafe(node))
    return { node, said: ['unknown', `${what[1]}, in another way`] };
  const [old, text] = mended;
  return {
    node,
    said: ['wrong', what[0]],
    edits: [replace(file, old, text), markBehind(file, old.endIndex, id)],
  };
}

const squeeze = (node: Node, text: string): string => tokensOf(textOf(node, text)).join('');

/** Blocks of 128 rows that the scale factors of a tile take in shared memory. */
function blocksIn(root: Node, text: string): Tile[] {
  return descendants(root, 'alias_declaration').flatMap((alias): Tile[] => {
    const name = textOf(field(alias, 'name')!, text);
    if (!/^sSFA_(?:shapeM|strideK)$/.test(name)) return [];
    const call = (callee: string, from: Node) =>
      descendants(from, 'call_expression').find((node) => calledName(node, text) === callee);
    const holder = call(name === 'sSFA_shapeM' ? 'prepend' : 'make_stride', alias);
    const node = holder && argumentsOf(holder)[name === 'sSFA_shapeM' ? 0 : 1];
    const quotient =
      node &&
      [node, ...descendants(node, 'binary_expression')].find(
        (at) => operatorOf(at, text) === '/' && valuesOf(field(at, 'left')!, text) === row((rows) => rows),
      );
    const sides =
      quotient && [field(quotient, 'left')!, field(quotient, 'right')!].map((side) => textOf(side, text));
    return [
      {
        node: quotient ?? node ?? alias,
        values: node ? valuesOf(node, text) : '',
        wrong: row((rows) => Math.floor(rows / 128)),
        right: row((rows) => Math.ceil(rows / 128)),
        what: [
          'blocks of scale factors in a tile: too few where it has 64 rows',
          'blocks of scale factors in a tile: rounded up',
        ],
        mended: quotient && [quotient, `ceil_div(${sides!.join(', ')})`],
      },
    ];
  });
}

/** Rows of the TMA box that loads them; it must be as large as the shared-memory layout. */
function boxesIn(root: Node, text: string): Tile[] {
  return descendants(root, 'call_expression').flatMap((node): Tile[] => {
    const args = calledName(node, text) === 'make_tma_copy' ? argumentsOf(node) : [];
    if (!args[0] || squeeze(args[0], text) !== 'GmemTiledCopySFA{}') return [];
    const shape = args.find((arg) => calledName(arg, text) === 'make_shape');
    const rows = shape && argumentsOf(shape)[0];
    return [
      {
        node: rows ?? node,
        values: rows ? valuesOf(rows, text) : '',
        wrong: row((count) => count),
        right: row((count) => Math.ceil(count / 128) * 128),
        what: [
          'rows of the TMA box of scale factors: too few where it has 64 rows',
          'rows of the TMA box of scale factors: rounded up',
        ],
        mended: rows && [rows, `ceil_div(${textOf(rows, text)}, _128{}) * _128{}`],
      },
    ];
  });
}

/** The scale factors are as many as the rows of the accumulator, but for the rows that the box adds. */
function assertionsIn(root: Node, text: string): Tile[] {
  return descendants(root, 'call_expression').flatMap((node): Tile[] => {
    if (calledName(node, text) !== 'CUTE_STATIC_ASSERT_V') return [];
    const equation = bare(argumentsOf(node)[0]);
    const sides =
      equation && operatorOf(equation, text) === '=='
        ? [field(equation, 'left')!, field(equation, 'right')!]
        : [];
    if (
      sides
        .map((side) => squeeze(side, text))
        .sort()
        .join() !== 'size<1>(accum),size<1>(tCrSFA)'
    )
      return [];
    const conditions = [...ancestors(node)]
      .filter(({ type }) => type === 'if_statement')
      .map((at) => valuesOf(field(at, 'condition')!, text));
    const statement = node.parent?.type === 'expression_statement' ? node.parent : undefined;
    return [
      {
        node,
        values: conditions.length === 0 ? 'always' : conditions.join(' '),
        wrong: 'always',
        right: row((rows) => Number(rows >= 128)),
        what: [
          'assertion on the rows of the accumulator: stops where a tile has 64',
          'assertion on the rows of the accumulator: of tiles of whole blocks',
        ],
        mended: statement && [
          statement,
          `if constexpr (size<0>(TileShape{}) >= 128) { ${textOf(statement, text)} }`,
        ],
      },
    ];
  });
}

/** Two places in the builder. */
export const builderPlaces = ({ root, file }: Document, id: string): Judged[] =>
  blocksIn(root, file.text).map((tile) => judged(tile, file, id));

/** Three places in a collective: the box as a type and as a value, and the assertion. */
export const collectivePlaces = ({ root, file }: Document, id: string): Judged[] =>
  [...boxesIn(root, file.text), ...assertionsIn(root, file.text)].map((tile) => judged(tile, file, id));
