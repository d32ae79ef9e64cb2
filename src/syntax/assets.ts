import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Language } from './document.js';

/** `dist/grammars` in the built package; the development packages when the sources run directly. */
export function grammarPath(language: Language): string {
  const built = new URL(`../../grammars/tree-sitter-${language}.wasm`, import.meta.url);
  if (existsSync(built)) return fileURLToPath(built);
  return createRequire(import.meta.url).resolve(`tree-sitter-${language}/tree-sitter-${language}.wasm`);
}
