/** Where a command stands: the file as the tree names it, and the line of the command's name. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** As it is written there; not for text that is no command. */
  readonly command?: string;
}

/** A fatal error of the evaluated CMake, or something that this evaluation does not know: it ends there. */
export class CMakeError extends Error {
  override readonly name = 'CMakeError';
  /** Set by the innermost command of the tree that was running. */
  place: Place | undefined;
}

/** One line, as `cmake` prints it, with blanks as one. */
export function describe({ place, message }: CMakeError): string {
  const text = message.replace(/[ \t\r\n]+/g, ' ').trim();
  if (place === undefined) return `CMake Error: ${text}`;
  const command = place.command === undefined ? '' : ` (${place.command})`;
  return `CMake Error at ${place.file}:${place.line}${command}: ${text}`;
}

export function fail(message: string): never {
  throw new CMakeError(message);
}
