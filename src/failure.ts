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

/**
 * What a stranger's source asks for is past a limit of ours (size, nesting, steps). No verdict about the
 * source: it is too large to judge.
 */
export class TooLarge extends Failure {
  /** `what` went past its limit, e.g. `the CMake evaluation takes more than 1000000 steps`. */
  constructor(what: string) {
    super('unavailable', `too large to judge: ${what}`);
  }
}
