import type { Warning } from '../codemod/refusal.js';
import { warningText } from '../report/text.js';
import type { Io } from './io.js';

/** Harmful edits that a tree carries, on stderr: for commands whose stdout is a patch, a proof or a receipt. */
export function sayWarnings(warnings: readonly Warning[], io: Io): void {
  for (const warning of warnings)
    io.err(
      warningText(warning)
        .map((line) => `${line}\n`)
        .join(''),
    );
}
