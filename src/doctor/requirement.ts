/** Numbers of a release; undefined for a pre-release or anything that is not one. */
function release(version: string): readonly number[] | undefined {
  const text = version
    .replace(/^v/, '')
    .replace(/\+.*$/, '')
    .replace(/\.post\d+$/, '');
  return /^\d+(?:\.\d+)*$/.test(text) ? text.split('.').map(Number) : undefined;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** One clause, `>=4.3.4`; true where it cannot be told. */
function meets(have: readonly number[], clause: string): boolean {
  const match = /^(==|!=|>=|<=|>|<|~=)\s*(.+)$/.exec(clause.trim());
  if (!match) return true;
  const [, sign, text = ''] = match;
  const prefix = /^([\d.]+)\.\*$/.exec(text)?.[1]?.split('.').map(Number);
  const wanted = prefix ?? release(text);
  if (!wanted) return true;
  const order = compare(prefix ? have.slice(0, prefix.length) : have, wanted);
  switch (sign) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default:
      return order >= 0 && compare(have.slice(0, wanted.length - 1), wanted.slice(0, -1)) === 0;
  }
}

/** Does a version meet what another package asks for, `>=4.3.4,<5`? A pre-release is not told from its release. */
export function satisfies(version: string, clauses: string): boolean {
  const have = release(version);
  return !have || clauses.split(',').every((clause) => meets(have, clause));
}
