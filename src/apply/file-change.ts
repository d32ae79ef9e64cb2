/** One file's change; undefined means that there is no file. Bytes as latin-1. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}
