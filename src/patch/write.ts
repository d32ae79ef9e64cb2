import { structuredPatch } from 'diff';
import type { EditedFile } from '../source/edits.js';
import { toBytes } from '../source/text.js';
import { blobId } from '../tree/blob-id.js';

const ESCAPES = new Map([...'"\\\x07\b\t\n\v\f\r'].map((byte, index) => [byte, `\\${'"\\abtnvfr'[index]}`]));

/** git's C-style quoting: backslash escapes, and octal ones for the bytes of what is not ASCII. */
function quoted(path: string): string {
  const escaped = toBytes(path).replace(
    /["\\\x00-\x1f\x7f-\xff]/g,
    (byte) => ESCAPES.get(byte) ?? `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return escaped === path ? path : `"${escaped}"`;
}

/** A name in a `---` or `+++` line: where it holds a blank, a tab ends it. */
const headed = (name: string): string => (name.includes(' ') ? `${name}\t` : name);

/**
 * One file's unified diff as git writes it, with full `index` lines, so that `git apply --3way` finds the
 * blobs. Bytes in, bytes out (latin-1).
 * @param context lines kept around each change.
 */
export function filePatch(file: EditedFile, mode = '100644', context = 3): string {
  const before = file.before ?? '';
  const { hunks } = structuredPatch(file.path, file.path, before, file.after, '', '', { context });
  const a = quoted(`a/${file.path}`);
  const b = quoted(`b/${file.path}`);
  const created = file.before === undefined;
  const ids = `${created ? '0'.repeat(40) : blobId(before)}..${blobId(file.after)}`;
  const lines = [
    `diff --git ${a} ${b}`,
    ...(created ? [`new file mode ${mode}`, `index ${ids}`] : [`index ${ids} ${mode}`]),
  ];
  if (hunks.length > 0) lines.push(`--- ${created ? '/dev/null' : headed(a)}`, `+++ ${headed(b)}`);
  for (const hunk of hunks) {
    lines.push(
      `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
      ...hunk.lines,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** git leaves a count of one out, and starts an empty range on the line before. */
function range(start: number, count: number): string {
  if (count === 1) return String(start);
  return `${count === 0 ? start - 1 : start},${count}`;
}

/** The whole change as one patch, in the files' order; a file that does not change is left out. */
export function patch(
  files: readonly EditedFile[],
  modeOf: (path: string) => string | undefined = () => undefined,
): string {
  return files
    .filter(({ before, after }) => before !== after)
    .map((file) => filePatch(file, modeOf(file.path)))
    .join('');
}
