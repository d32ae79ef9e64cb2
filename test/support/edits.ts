import fc from 'fast-check';
import type { Edit } from '../../src/source/edits.js';

export const PATH = 'file';

/** Text of any bytes, with many line ends of both kinds, tabs and high bytes. */
export const bytes = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('\n', '\r\n', '\t', ' ', 'a', 'b', '\xe4\xb8\xad', '\\', '\r', '\0'),
      },
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** A text with disjoint edits on it, in no order. */
export const edited = bytes
  .chain((text) =>
    fc.record({
      text: fc.constant(text),
      points: fc.uniqueArray(fc.integer({ min: 0, max: text.length }), { maxLength: 12 }),
      texts: fc.array(bytes, { minLength: 6, maxLength: 6 }),
      order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    }),
  )
  .map(({ text, points, texts, order }) => {
    const sorted = [...points].sort((a, b) => a - b);
    const edits: Edit[] = [];
    for (let at = 0; at + 1 < sorted.length; at += 2) {
      edits.push({ path: PATH, start: sorted[at]!, end: sorted[at + 1]!, text: texts[at / 2]! });
    }
    return { text, edits: shuffled(edits, order) };
  });

/** The list in an order that the keys decide. */
export function shuffled<T>(list: readonly T[], keys: readonly number[]): T[] {
  return list
    .map((item, index) => ({ item, key: keys[index % keys.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** What editing means, said in another way than the engine does it: from the end, one edit at a time. */
export function spliced(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), text);
}
