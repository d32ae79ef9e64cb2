import type { Node } from 'web-tree-sitter';
import type { SourceFile } from '../source/file.js';

export type Language = 'cuda' | 'cpp' | 'python';
export type { Node } from 'web-tree-sitter';

/** A parsed file. Node indices are byte offsets, since the text holds one character a byte. */
export interface Document {
  readonly file: SourceFile;
  readonly root: Node;
}
