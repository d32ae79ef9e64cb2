/** A hunk of a unified diff: what stands from line `start` of the old file on, and what it becomes. */
export interface Hunk {
  /** 1-based; with no old lines, the line after which the new ones go. */
  readonly start: number;
  /** In the order of the diff, each with its line ending; `' '` kept, `'-'` removed, `'+'` added. */
  readonly lines: readonly { readonly op: ' ' | '-' | '+'; readonly text: string }[];
}

/** What a patch does to one file. */
export interface FilePatch {
  readonly kind: 'modify' | 'add' | 'delete' | 'rename' | 'copy';
  /** Where the file is afterwards; of a deleted one, where it was. */
  readonly path: string;
  /** Where it was before. Undefined for a new file. */
  readonly from: string | undefined;
  /** Object ids of the old and new bytes, where the patch gives them, often in short. */
  readonly blobs?: { readonly before: string; readonly after: string };
  readonly hunks: readonly Hunk[];
  /** What this tool does not carry, in words: binary bytes, a link, a submodule, a change of the mode. */
  readonly foreign?: string;
}

/** A patch, as text or as a mail tells it. */
export interface Patch {
  /** The commit that it was made of, where it says so. */
  readonly commit?: string;
  /** First line of its message. Author and body are left out. */
  readonly title?: string;
  readonly files: readonly FilePatch[];
}
