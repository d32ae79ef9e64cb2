import type { Warning } from '../codemod/refusal.js';
import { warningLines } from '../report/warnings-text.js';
import type { Io } from './io.js';

/** Harmful edits that a tree carries, on stderr: for commands whose stdout is a patch, a proof or a receipt. */
export function sayWarnings(warnings: readonly Warning[], io: Io): void {
  for (const line of warningLines(warnings, io.colour)) io.err(`${line}\n`);
}
