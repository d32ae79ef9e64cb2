/**
 * Every failure that a user can cause or meet, and its exit code. One enum for the whole tool; anything
 * else that is thrown is a bug (70).
 */
export const EXIT = {
  done: 0,
  /** Drifted, conflicting, refused, or `--exit-code` found a difference. */
  blocked: 1,
  usage: 2,
  /** The target, the mirror, a needed program or the network failed. */
  unavailable: 3,
  proof: 4,
  /** The tree is in the way: dirty, locked, changed since the receipt. */
  tree: 5,
  bug: 70,
} as const;

export type FailureKind = Exclude<keyof typeof EXIT, 'done' | 'bug'>;

export interface FailureDetails {
  /** What probably led to it. */
  readonly why?: string;
  /** The next command, or what to do. */
  readonly next?: string;
  readonly cause?: unknown;
}

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly why: string | undefined;
  readonly next: string | undefined;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.why = details.why;
    this.next = details.next;
  }

  get exitCode(): number {
    return EXIT[this.kind];
  }
}

/** What the machine lacks, by the code of an error. */
const LACKS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'a folder or file may not be used',
  EIO: 'the disk failed',
  ENOMEM: 'there is not enough memory',
  ERR_MEMORY_ALLOCATION_FAILED: 'there is not enough memory',
  EMFILE: 'too many files are open (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  EAGAIN: 'no further process can be started (ulimit -u)',
  ETIMEDOUT: 'it took too long',
};

function lackOf(error: Error & { readonly code?: unknown; readonly syscall?: unknown }): string | undefined {
  if (error.syscall === 'uv_cwd') return 'the working folder is not there any more';
  const known = typeof error.code === 'string' ? LACKS[error.code] : undefined;
  if (known !== undefined) return known;
  // Memory that V8 or the parsers did not get: neither has a code.
  const outOfMemory = error instanceof RangeError && /memory|allocation/i.test(error.message);
  return outOfMemory || error.name === 'RuntimeError' ? 'there is not enough memory' : undefined;
}

/** The Failure of a machine that lacks something: memory, disk, file handles, time. Undefined for any other error. */
export function machineFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error instanceof Failure) return undefined;
  const lack = lackOf(error);
  if (lack === undefined) return undefined;
  return new Failure('unavailable', `this machine could not do it: ${lack} (${error.message})`, {
    next: 'nothing was judged; mend that and run the command again',
    cause: error,
  });
}

/**
 * What a stranger's source asks for is past a limit of ours (size, nesting, steps). No verdict about the
 * source: it is too large to judge.
 */
export class TooLarge extends Failure {
  static readonly WORDS = 'too large to judge';

  /** `what` went past its limit, e.g. `the CMake evaluation takes more than 1000000 steps`. */
  constructor(what: string) {
    super('unavailable', `${TooLarge.WORDS}: ${what}`);
  }
}
