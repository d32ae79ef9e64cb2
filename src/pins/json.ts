const WIDTH = 100;

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.length === 0
    ? '{}'
    : `{ ${fields.map(([key, field]) => `${JSON.stringify(key)}: ${inline(field)}`).join(', ')} }`;
}

const isNested = (value: object): boolean =>
  Object.values(value).some((field) => typeof field === 'object' && field !== null);

function format(value: unknown, indent: string, before: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const line = inline(value);
  if (!isNested(value) && before + line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${format(item, inner, inner.length)}`).join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => {
      const name = `${inner}${JSON.stringify(key)}: `;
      return `${name}${format(field, inner, name.length)}`;
    });
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

/** JSON that people review: two spaces, and on one line what has no nesting and fits there. */
export function formatJson(value: unknown): string {
  return `${format(value, '', 0)}\n`;
}
