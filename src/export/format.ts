import type { StatusDocument } from '../report/document.js';
import type { FixPatch } from './fix-patches.js';

/** What a format writes: paths below the output folder, and bytes (latin-1). */
export type Files = ReadonlyMap<string, string>;

export interface ExportInput {
  readonly target: StatusDocument['target'];
  readonly patches: readonly FixPatch[];
  /** The base commit's committer date, as seconds since 1970: what is written depends on the input alone. */
  readonly date: number;
  readonly tool: string;
}

export type Format = (input: ExportInput) => Files;

/** Unicode text as bytes. */
export function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The first line of the message, and the rest. */
export function splitMessage(message: string): { readonly subject: string; readonly body: string } {
  const at = message.indexOf('\n');
  return { subject: message.slice(0, at), body: message.slice(at).trim() };
}
