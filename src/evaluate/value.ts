/** A value of the little C++ and Python that gates, sizes and arch lists are written in. */
export type Value = number | string | boolean | null | readonly Value[];

/** Undefined where the code depends on something that is not known. */
export type Known = Value | undefined;

/** What Python takes for true. */
export const truth = (value: Value): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** Whether a condition holds; undefined where that is not known. */
export const holds = (value: Known): boolean | undefined => (value === undefined ? undefined : truth(value));

/** Equal as Python compares: numbers and booleans by value, sequences by their members. */
export function same(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((member, index) => same(member, b[index]!));
  }
  const plain = (value: Value): Value => (typeof value === 'boolean' ? Number(value) : value);
  return plain(a) === plain(b);
}
