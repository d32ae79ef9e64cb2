/** A value as the text of a script element of type application/json. */
export const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
