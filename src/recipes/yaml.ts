type Scalar = string | number | boolean;
/** What a compose file is made of. */
export type Yaml = Scalar | readonly Yaml[] | { readonly [key: string]: Yaml };

/** JSON's strings are YAML's double-quoted ones; a number or a flag in quotes stays a string. */
function scalar(value: Scalar): string {
  return JSON.stringify(value);
}

function isScalar(value: Yaml): value is Scalar {
  return typeof value !== 'object';
}

function lines(value: Yaml, indent: string): string[] {
  if (isScalar(value)) return [`${indent}${scalar(value)}`];
  if (Array.isArray(value)) {
    return value.flatMap((item: Yaml) => {
      const [first, ...rest] = lines(item, `${indent}  `);
      return [`${indent}- ${first!.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value as Record<string, Yaml>).flatMap(([key, item]) =>
    isScalar(item)
      ? [`${indent}${key}: ${scalar(item)}`]
      : [`${indent}${key}:`, ...lines(item, `${indent}  `)],
  );
}

/** A document in block style. Keys must be plain words. */
export function yaml(value: Yaml): string {
  return `${lines(value, '').join('\n')}\n`;
}
