/** One quantisation kernel: does every packed column of a row get a thread, and its own place in the output? */
import {
  type Amount,
  ancestor,
  ancestors,
  bare,
  constantOf,
  type Document,
  declarationOf,
  descendants,
  dimensions,
  field,
  isOurs,
  isSafe,
  type Node,
  operandsWith,
  replace,
  type SiteState,
  type Sizes,
  type SourceFile,
  sizeOf,
  textOf,
} from '../../../src/api.js';
import { type Launch, launchesOf } from './find.js';
import { COLUMNS, ID, PACK, PACKED, type QuantSite, ROWS, SIZES } from './site.js';

const HALF = PACKED / 2;

/** Host values: everything that comes from a tensor's width is the row length. */
function hostKnown({ call, file: { text } }: Launch): Sizes {
  const known = new Map(SIZES);
  const fn = ancestor(call, 'function_definition');
  if (!fn) return known;
  for (const declared of descendants(fn, 'init_declarator')) {
    const name = field(declared, 'declarator');
    const size = /\.size\(\s*(-?\w+)\s*\)/.exec(textOf(field(declared, 'value') ?? declared, text));
    if (name?.type === 'identifier' && size)
      known.set(textOf(name, text), Number(size[1]) === 0 ? ROWS : COLUMNS);
  }
  return known;
}

/** Device values, for the thread at a row and a packed column. */
function deviceKnown(kernel: Node, launch: Launch, text: string): (row: number, column: number) => Sizes {
  const host = hostKnown(launch);
  const list = field(descendants(kernel, 'function_declarator')[0], 'parameters');
  const params = (list?.namedChildren ?? []).filter((child) => child?.type === 'parameter_declaration');
  const values = new Map(SIZES);
  for (const [index, param] of params.entries()) {
    const name = param && descendants(param, 'identifier').at(-1);
    const argument = launch.args[index];
    const value: Amount = argument && sizeOf(argument, launch.file.text, host);
    if (name && value !== undefined) values.set(textOf(name, text), value);
  }
  return (row, column) =>
    new Map([...values, ['blockDim.x', 1], ['blockIdx.y', column], ['threadIdx.x', 0], ['blockIdx.x', row]]);
}

/** The name by which an expression's reader knows a value: a parameter or a local. */
function nameWith(node: Node, text: string, known: Sizes, value: number): string | undefined {
  const names = descendants(node, 'identifier').map((found) => textOf(found, text));
  return names.find((name) => known.get(name) === value && !SIZES.has(name));
}

export class QuantKernel {
  readonly #at: (row: number, column: number) => Sizes;
  readonly #text: string;

  constructor(
    readonly file: SourceFile,
    readonly kernel: Node,
    readonly launch: Launch,
  ) {
    this.#text = file.text;
    this.#at = deviceKnown(kernel, launch, file.text);
  }

  #site(
    kind: QuantSite['kind'],
    node: Node,
    state: SiteState,
    what: string,
    replaced?: Node,
    by?: string,
    file = this.file,
  ): QuantSite {
    const ours = state === 'right' && isOurs(file, ID, node);
    const edit = replaced && by !== undefined && isSafe(replaced) ? replace(file, replaced, by) : undefined;
    const settled: SiteState = ours ? 'ours' : state === 'wrong' && !edit ? 'unknown' : state;
    const site = { file, offset: node.startIndex, kind, state: settled, what };
    return edit && settled === 'wrong' ? { ...site, edit } : site;
  }

  /** The outermost condition on the column. */
  guard(): QuantSite | undefined {
    const on = (condition: Node, column: number): Amount =>
      sizeOf(condition, this.#text, this.#at(0, column));
    const columns = [0, HALF - 1, HALF, PACKED - 1];
    for (const statement of descendants(this.kernel, 'if_statement')) {
      const written = bare(field(statement, 'condition'))!;
      const condition = constantOf(written, this.#text) ?? written;
      const values = columns.map((column) => on(condition, column));
      if (values.includes(undefined)) {
        // What an unread condition lets through is not known, nor what stands below it.
        if (/\bcvt_warp_fp16_to_fp4\b/.test(textOf(statement, this.#text))) return undefined;
        continue;
      }
      if (values[0] !== 1 || values[1] !== 1) continue;
      if (values[2] === 1 && values[3] === 1) {
        return this.#site('guard', condition, 'right', 'every packed column is converted');
      }
      const [operand] = operandsWith(condition, this.#text, this.#at(0, 0), HALF);
      const width = nameWith(this.kernel, this.#text, this.#at(0, 0), COLUMNS);
      const by = width && `${width} / ${PACK}`;
      return this.#site(
        'guard',
        condition,
        'wrong',
        'the guard counts scale groups: half of each row is converted',
        operand,
        by,
      );
    }
    return undefined;
  }

  /** The grid's second dimension, times the block, must cover a row. */
  grid(): QuantSite | undefined {
    const { file, call, grid, block } = this.launch;
    const { text } = file;
    const known = hostKnown(this.launch);
    const rows = dimensions(grid, call, text)[1];
    const threads = dimensions(block, call, text)[0];
    const [y, x] = [rows, threads].map((node) => node && sizeOf(node, text, known));
    if (!rows || y === undefined || x === undefined) return undefined;
    const declared = declarationOf(textOf(rows, text), rows, text) ?? rows;
    if (y * x >= PACKED)
      return this.#site(
        'grid',
        declared,
        'right',
        'the grid covers every packed column',
        undefined,
        undefined,
        file,
      );
    const [operand] = operandsWith(declared, text, known, HALF);
    const width = this.launch.args
      .map((node) => textOf(node, text))
      .find((name) => known.get(name) === COLUMNS);
    const by = width && `${width} / ${PACK}`;
    return this.#site('grid', declared, 'wrong', 'the grid counts scale groups', operand, by, file);
  }

  /** Where a thread of eight elements writes its word: rows lie one after the other. */
  output(): QuantSite | undefined {
    const [row, column] = [3, 5];
    const known = this.#at(row, column);
    for (const assignment of descendants(this.kernel, 'assignment_expression')) {
      const target = field(assignment, 'left')!;
      const index = descendants(target, 'subscript_argument_list')[0]?.namedChildren[0];
      const isElement =
        target.type === 'subscript_expression' && field(target, 'argument')?.type === 'identifier';
      if (!isElement || !index || this.#isCompiledOut(assignment, known)) continue;
      const value = sizeOf(index, this.#text, known);
      if (value === undefined) continue;
      if (value === row * PACKED + column) {
        return this.#site('output', target, 'right', 'a row of output follows the other');
      }
      const what = 'output rows are spaced like input rows, which are twice as long';
      const by = value === row * 2 * PACKED + column ? this.#outputIndex(row, column, known) : undefined;
      return this.#site('output', target, 'wrong', what, index, by);
    }
    return undefined;
  }

  /** True below an `if` that does not hold, as the branch for 16 elements a thread. */
  #isCompiledOut(node: Node, known: Sizes): boolean {
    return [...ancestors(node)].some((at) => {
      const statement = at.parent?.type === 'if_statement' ? at.parent : undefined;
      if (!statement || field(statement, 'consequence')?.id !== at.id) return false;
      return sizeOf(field(statement, 'condition')!, this.#text, known) === 0;
    });
  }

  /** The right index, in the kernel's own names. */
  #outputIndex(row: number, column: number, known: Sizes): string | undefined {
    const width = nameWith(this.kernel, this.#text, known, COLUMNS);
    const [rowName, columnName] = [row, column].map((wanted) => {
      const local = descendants(this.kernel, 'init_declarator').find((declared) => {
        const value = field(declared, 'value');
        return value && sizeOf(value, this.#text, known) === wanted;
      });
      return local && textOf(field(local, 'declarator')!, this.#text);
    });
    if (!width || !rowName || !columnName) return undefined;
    return `int64_t(${rowName}) * (${width} / ${PACK}) + ${columnName}`;
  }
}

/** The launches of a kernel: in its file, else in those that have no kernel of that name themselves. */
function launchesNear(name: string, own: Document, documents: readonly Document[]): Launch[] {
  const near = launchesOf(name, own);
  const defines = new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\s*\\([^;]*?\\)\\s*\\{`);
  const others = documents.filter(({ file }) => !defines.test(file.text));
  return near.length > 0 ? near : others.flatMap((document) => launchesOf(name, document));
}

/** Kernels that convert FP4 with a column a thread, the columns spread over the grid's second dimension. */
export function quantKernels(
  own: Document,
  documents: readonly Document[],
): { kernel: Node; name: string; launches: Launch[] }[] {
  const { root, file } = own;
  return descendants(root, 'function_definition').flatMap((kernel) => {
    const body = textOf(kernel, file.text);
    if (!/\bblockIdx\.y\b/.test(body) || !/\bcvt_warp_fp16_to_fp4\b/.test(body)) return [];
    const declarator = field(descendants(kernel, 'function_declarator')[0], 'declarator');
    const name = declarator ? textOf(declarator, file.text) : '';
    return [{ kernel, name, launches: launchesNear(name, own, documents) }];
  });
}
