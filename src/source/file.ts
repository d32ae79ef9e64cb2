/**
 * A file's bytes, one character a byte (latin-1), so that string indices, tree-sitter indices and byte
 * offsets are the same number. Never shown to a person without decoding.
 */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
