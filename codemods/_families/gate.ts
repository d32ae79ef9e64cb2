import {
  behind,
  type Codemod,
  children,
  type Document,
  field,
  holds,
  type Known,
  type Meaning,
  type Node,
  onPlatform,
  pythonValue,
  textOf,
} from '../../src/api.js';
import { type Place, type PlacesFix, places, type Said } from './places.js';

/** The devices that gates are asked about, as major * 10 + minor. */
export const DEVICES = [89, 90, 100, 120, 121] as const;

/** Which of the devices a gate admits. */
export type Admits = readonly (typeof DEVICES)[number][];

/** What a node means on a device. */
export type DeviceMeaning = (capability: number) => Meaning;

/** A fix of Python conditions that must admit some devices and leave others out. */
export interface GateFix<P extends Place> extends Omit<PlacesFix<P>, 'judge' | 'language'> {
  /** What must be admitted. */
  readonly goal: Admits;
  /** What is admitted where the fix is needed. Any other answer is a shape that is not known. */
  readonly wrong: Admits;
  /** What names and calls mean on a device, beside vLLM's platform checks and torch's. */
  readonly meaning?: (place: P, document: Document) => DeviceMeaning;
  readonly says: { readonly wrong: string; readonly right: string };
}

/** `torch.cuda.get_device_capability()`, whose items are then read by value; and that the device is CUDA's. */
const torchCapability: DeviceMeaning = (capability) => (node, text) => {
  const callee = node.type === 'call' ? textOf(field(node, 'function')!, text).replace(/\s+/g, '') : '';
  if (/\bcuda\.get_device_capability$/.test(callee)) return [Math.floor(capability / 10), capability % 10];
  if (/\bplatform\.is_cuda$|_platform\.is_cuda(?:_alike)?$/.test(callee)) return true;
  return /_platform\.is_(?:rocm|xpu|cpu|tpu)$/.test(callee) ? false : undefined;
};

interface Operand {
  readonly node: Node;
  readonly negated: boolean;
}

/** Operands of a conjunction, at any depth: of `a and b`, and of `not (a or b)`. */
function operands(node: Node | undefined, text: string, negated = false): Operand[] {
  const at = node && behind(node, text);
  if (at?.type === 'not_operator') return operands(field(at, 'argument'), text, !negated);
  const joins = at?.type === 'boolean_operator' && textOf(field(at, 'operator')!, text);
  if (!at || joins !== (negated ? 'or' : 'and')) return at ? [{ node: at, negated }] : [];
  return [...operands(field(at, 'left'), text, negated), ...operands(field(at, 'right'), text, negated)];
}

/** What names a device: an operand that does so and cannot be read may decide about it. */
const DEVICE = /capabilit|platform|\barch|hopper|blackwell|\bsm_?\d/i;

/**
 * What a condition admits. Operands of a conjunction that are about something else are taken to hold; undefined
 * where one that is about the device cannot be read.
 */
export function admitted(condition: Node, text: string, meaning: DeviceMeaning): Admits | undefined {
  const about = operands(condition, text).flatMap(({ node, negated }) => {
    const row = DEVICES.map((device) => holds(pythonValue(node, text, meaning(device))));
    const other = row.every((value) => value === undefined) && !DEVICE.test(textOf(node, text));
    return other ? [] : [row.map((value) => (value === undefined ? undefined : value !== negated))];
  });
  if (about.length === 0 || about.some((row) => row.includes(undefined))) return undefined;
  return DEVICES.filter((_, index) => about.every((row) => row[index]));
}

const both =
  (own: DeviceMeaning): DeviceMeaning =>
  (capability) =>
  (node, text, value): Known => {
    const known = own(capability)(node, text, value);
    if (known !== undefined) return known;
    const asked = torchCapability(capability)(node, text, value);
    return asked === undefined ? onPlatform(capability)(node, text, value) : asked;
  };

/** A fix of gates: each is evaluated on the devices and compared with what it must admit. */
export function gate<P extends Place>(fix: GateFix<P>): Codemod {
  const { goal, wrong, meaning = () => () => () => undefined, says, ...rest } = fix;
  const judge = (place: P, document: Document): Said => {
    const said = admitted(place.node, document.file.text, both(meaning(place, document)));
    if (String(said) === String(goal)) return ['right', says.right];
    if (String(said) === String(wrong)) return ['wrong', says.wrong];
    return ['unknown', `admits ${said?.join(', ') ?? 'nobody knows what'}`];
  };
  return places({ ...rest, language: 'python', judge });
}

/** The comparison `x >= n`, or `n <= x`, that admits a device, with its two sides. */
export function lowerBound(
  condition: Node,
  text: string,
): { node: Node; operator: '>' | '>='; left: Node; right: Node } | undefined {
  const [left, right, ...more] = children(condition);
  const operator = condition.children.find((child) => child && !child.isNamed)?.type;
  if (condition.type !== 'comparison_operator' || !left || !right || more.length > 0) return undefined;
  const bound = (at: '>' | '>=', value: Node, least: Node) =>
    /^\d\w*$/.test(textOf(least, text))
      ? { node: condition, operator: at, left: value, right: least }
      : undefined;
  if (operator === '>' || operator === '>=') return bound(operator, left, right);
  return operator === '<' || operator === '<='
    ? bound(operator === '<' ? '>' : '>=', right, left)
    : undefined;
}
