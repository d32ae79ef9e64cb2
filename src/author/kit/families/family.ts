/** A way to write a fix: the parts of its source that differ from family to family, and an example that passes. */
export interface Family {
  /** What a file of this language ends in. */
  readonly files: RegExp;
  /** What the search asks a file to hold, as a regular expression's source. */
  readonly holds: string;
  /** Constants that the writer changes first. */
  readonly constants: string;
  /** The body of `find(file, root)`: returns places. */
  readonly find: string;
  /** The edits of one place, as the members of a list; `file`, `offset` and `range` are there. */
  readonly edits: string;
  /** How the file is parsed: `python`, `cuda`, or not. */
  readonly language: 'python' | 'cuda' | undefined;
  /** Texts of the example file: one that needs it, one that has it, one in another shape. */
  readonly needed: string;
  readonly right: string;
  readonly drifted: string;
}
