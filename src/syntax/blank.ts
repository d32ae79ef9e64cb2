/**
 * Decorating macros that the C++ and CUDA grammars take for types or calls. They are blanked, at the same
 * length, before the parse; edits are made on the original bytes. (An idea of Brave's `plaster`.) What the
 * name must start with stands before what must stand before it: else each blank of a line looks back over all.
 */
const MACROS =
  /\b(?:CUTLASS_HOST_DEVICE|CUTLASS_DEVICE|CUTLASS_HOST|CUTLASS_GLOBAL|CUTLASS_PRAGMA_(?:NO_)?UNROLL|CUTE_HOST_DEVICE|CUTE_DEVICE|CUTE_HOST|CUTE_UNROLL|CUTE_NO_UNROLL|CUTE_INLINE_CONSTANT|CUTE_GRID_CONSTANT|__forceinline__|__restrict__|__grid_constant__)\b|(?=[A-Z_])(?<=^[ \t]*)[A-Z_][A-Z0-9_]*\([-+*/%<>=!&|^]+\)(?=[ \t]*\r?$)|\b__launch_bounds__\s*\([^()]*(?:\([^()]*\)[^()]*)*\)/gm;

/** The text with the macros replaced by as many blanks; newlines stay. */
export function blankMacros(text: string): string {
  return text.replace(MACROS, (match) => match.replace(/[^\r\n]/g, ' '));
}
