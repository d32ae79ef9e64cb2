const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, in content and in attributes. */
export const html = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);

/** A value as the text of a script element of type application/json. */
export const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
