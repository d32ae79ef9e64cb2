import { EXIT, Failure, machineFailure } from '../failure.js';
import { screen, terminal } from '../source/media.js';

/** Where a command writes to: the process, or a test. */
export interface Io {
  out(text: string | Buffer): void;
  err(text: string): void;
  readonly colour: boolean;
  readonly progress: (line: string) => void;
}

export function processIo(): Io {
  const colour = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
  return {
    // Files and pipes get the bytes as they are; a terminal would act on them.
    out: (text) => void process.stdout.write(process.stdout.isTTY ? screen(text.toString()) : text),
    err: (text) => void process.stderr.write(text),
    colour,
    progress: process.stderr.isTTY
      ? (line) => void process.stderr.write(`\r\x1b[K${line.slice(0, 100)}`)
      : progressLines(),
  };
}

/** Not a terminal: one line for each kind of work, not one for each percent. */
function progressLines(): (line: string) => void {
  const seen = new Set<string>();
  return (line) => {
    const kind = line.replace(/[\d.]+ ?(%|[KMG]iB(\/s)?)?/g, '#').slice(0, 40);
    if (seen.has(kind)) return;
    seen.add(kind);
    process.stderr.write(`${line}\n`);
  };
}

/** Words on stderr as text: they may be upstream's, git's, or a remote's. */
export function withPlainWords(io: Io): Io {
  return {
    ...io,
    err: (text) => io.err(terminal(text)),
    progress: (line) => io.progress(terminal(line)),
  };
}

/** Says what happened, why perhaps, and the next command. Returns the exit code. */
export function reportFailure(error: unknown, io: Io): number {
  const failure = error instanceof Failure ? error : machineFailure(error);
  if (failure) {
    io.err(`dgx-patch: ${failure.message}\n`);
    if (failure.why) io.err(`  perhaps: ${failure.why}\n`);
    if (failure.next) io.err(`  next:    ${failure.next}\n`);
    return failure.exitCode;
  }
  io.err(
    `dgx-patch: this is a bug in dgx-patch, please report it\n${(error as Error)?.stack ?? String(error)}\n`,
  );
  return EXIT.bug;
}
