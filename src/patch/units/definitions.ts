import { tokens } from './align.js';
import type { Shape } from './shape.js';

/** A function or class, with the names that lead to it: `Model.__init__`. */
export interface Definition {
  readonly path: string;
  readonly shape: Shape;
}

/** All definitions of a file, outer before inner. */
export function definitions(shape: Shape, outer = ''): Definition[] {
  const path = shape.name === undefined ? outer : `${outer}${outer && '.'}${shape.name}`;
  const inner = shape.children.flatMap((child) => definitions(child, path));
  return shape.name === undefined
    ? inner
    : [{ path, shape }, ...inner.filter((found) => found.path !== path)];
}

/**
 * The function that holds all of a range, not one inside of another function; else the innermost class.
 * Undefined at the top of a file.
 */
export function enclosing(all: readonly Definition[], start: number, end: number): Definition | undefined {
  const around = all.filter(({ shape }) => shape.start <= start && end <= shape.end);
  return around.find(({ shape }) => shape.type === 'function_definition') ?? around.at(-1);
}

/** What a definition says, without its layout, as text. */
export function saying({ shape }: Definition, text: string): string {
  return tokens(shape)
    .map(({ start, end }) => text.slice(start, end))
    .join(' ');
}
