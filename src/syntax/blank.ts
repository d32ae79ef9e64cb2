/**
 * Decorating macros that the C++ and CUDA grammars take for types or calls. They are blanked, at the same
 * length, before the parse; edits are made on the original bytes. (An idea of Brave's `plaster`.) What the
 * name must start with stands before what must stand before it: else each blank of a line looks back over all.
 */
const MACROS =
  /\b(?:CUTLASS_HOST_DEVICE|CUTLASS_DEVICE|CUTLASS_HOST|CUTLASS_GLOBAL|CUTLASS_PRAGMA_(?:NO_)?UNROLL|CUTE_HOST_DEVICE|CUTE_DEVICE|CUTE_HOST|CUTE_UNROLL|CUTE_NO_UNROLL|CUTE_INLINE_CONSTANT|CUTE_GRID_CONSTANT|__forceinline__|__restrict__|__grid_constant__)\b|(?=[A-Z_])(?<=^[ \t]*)[A-Z_][A-Z0-9_]*\([-+*/%<>=!&|^]+\)(?=[ \t]*\r?$)|\b__launch_bounds__\s*\([^()]*(?:\([^()]*\)[^()]*)*\)/gm;

const CONDITIONAL = /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b(.*)$/gm;
const NEVER = /^[ \t]*0[ \t]*(?:\/[/*].*)?\r?$/;

/** The text with all below an `#if 0` replaced by as many blanks, up to its `#else` or `#endif`. */
function blankDead(text: string): string {
  const dead: { start: number; end: number }[] = [];
  let start = -1;
  let depth = 0;
  for (const { 0: line, 1: word, 2: rest, index } of text.matchAll(CONDITIONAL)) {
    if (start < 0) {
      if (word === 'if' && NEVER.test(rest!)) start = index + line.length;
    } else if (word!.startsWith('if')) depth += 1;
    else if (depth > 0) depth -= word === 'endif' ? 1 : 0;
    else {
      dead.push({ start, end: index });
      start = -1;
    }
  }
  const blank = (piece: string): string => piece.replace(/[^\r\n]/g, ' ');
  return dead.reduceRight(
    (all, { start, end }) => all.slice(0, start) + blank(all.slice(start, end)) + all.slice(end),
    text,
  );
}

/** The text with the macros, and what is never compiled, replaced by as many blanks; newlines stay. */
export function blankMacros(text: string): string {
  return blankDead(text).replace(MACROS, (match) => match.replace(/[^\r\n]/g, ' '));
}
