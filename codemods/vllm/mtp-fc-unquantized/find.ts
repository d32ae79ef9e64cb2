import {
  assignmentsTo,
  classes,
  type Document,
  descendants,
  field,
  type Node,
  positional,
  statements,
  stringValue,
} from '../../../src/api.js';

const FUSED = 'gate_up_proj';

/** The list that says which checkpoint layers become `gate_up_proj`. */
export interface Mapping {
  readonly list: Node;
  readonly names: readonly (string | undefined)[];
  /** What it must say. */
  readonly goal: readonly string[];
  readonly state: 'right' | 'wrong' | 'unknown';
}

/** What the file's own loader puts into `gate_up_proj`, in order: `("gate_up_proj", "gate_proj", 0)`, ... */
function loadedParts(root: Node, text: string): string[] {
  return descendants(root, 'tuple')
    .map((tuple) => positional(tuple).map((part) => stringValue(part, text)))
    .filter(([target, source]) => target === FUSED && source !== undefined)
    .map(([, source]) => source!);
}

/** The `gate_up_proj` entries of the classes' `packed_modules_mapping`. */
export function packedMappings({ file: { text }, root }: Document): Mapping[] {
  const loaded = loadedParts(root, text);
  const goal = loaded.length === 0 ? ['gate_proj', 'up_proj'] : loaded;
  return classes(root)
    .flatMap((cls) => statements(cls))
    .filter((member) => member.type === 'expression_statement')
    .flatMap((member) => assignmentsTo(member, 'packed_modules_mapping', text))
    .flatMap((assignment) => descendants(assignment, 'pair'))
    .filter((pair) => stringValue(field(pair, 'key'), text) === FUSED)
    .map((pair) => {
      const list = field(pair, 'value')!;
      const names = positional(list).map((name) => stringValue(name, text));
      const plain = list.type === 'list' && names.length === goal.length && !names.includes(undefined);
      const state = !plain ? 'unknown' : names.join() === goal.join() ? 'right' : 'wrong';
      return { list, names, goal, state };
    });
}
