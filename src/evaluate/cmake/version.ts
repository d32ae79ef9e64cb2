const COMPONENT = /^[ \t\n\v\f\r]*([+-]?)(\d+)/;
const MAX = (1n << 64n) - 1n;

/** `strtoul`: the number that leads, clamped to 64 bits, and what follows it. */
function component(text: string): [bigint, string] {
  const match = COMPONENT.exec(text);
  if (!match) return [0n, text];
  const [all, sign, digits = ''] = match;
  const size = digits.length > 30 ? MAX : BigInt(digits);
  const value = size >= MAX ? MAX : sign === '-' ? BigInt.asUintN(64, -size) : size;
  return [value, text.slice(all.length)];
}

const leads = (text: string): boolean => text !== '' && text[0]! >= '0' && text[0]! <= '9';
const pastDot = (text: string): string => (text.startsWith('.') ? text.slice(1) : text);

/** Component by component, a missing one is 0; negative, 0 or positive. What is no number ends a version. */
export function compareVersions(left: string, right: string): number {
  let [a, b] = [left, right];
  while (leads(a) || leads(b)) {
    const [one, restOfA] = component(a);
    const [other, restOfB] = component(b);
    if (one !== other) return one < other ? -1 : 1;
    a = pastDot(restOfA);
    b = pastDot(restOfB);
  }
  return 0;
}
