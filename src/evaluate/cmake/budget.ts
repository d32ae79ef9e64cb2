import { TooLarge } from '../../failure.js';

/** What one evaluation may take. vLLM's whole build takes a thirtieth of the work. */
export const LIMITS = {
  /** Units of work: a command costs COMMAND, a step of a pattern STEP, an item of a list ITEM, CHARACTERS of a value 1. */
  work: 10_000_000,
  /** Nested blocks, calls and included files. */
  depth: 200,
  /** Characters of one value. */
  value: 1 << 20,
  /** Characters of one file. */
  file: 4 << 20,
  /** Characters of one pattern: CMake compiles none that needs more than 64 KiB. */
  patternText: 1 << 15,
  /** Ways that a pattern has left to go while it is matched. */
  choices: 100_000,
} as const;

const COMMAND = 60;
const STEP = 8;
const ITEM = 4;
const CHARACTERS = 4;

/** Counts what an evaluation takes. Every method throws TooLarge past its limit. */
export class Budget {
  #left: number = LIMITS.work;
  #depth = 0;

  work(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw new TooLarge('the CMake evaluation takes too many steps');
  }

  command(): void {
    this.work(COMMAND);
  }

  /** Steps of a pattern. */
  steps(count: number): void {
    this.work(STEP * count);
  }

  /** Items of a list. */
  items(count: number): void {
    this.work(ITEM * count);
  }

  /** A value that was built. */
  value(text: string): string {
    this.length(text.length);
    return text;
  }

  /** A value of this length is about to be built. */
  length(length: number): void {
    this.fits(length);
    this.work(length / CHARACTERS);
  }

  fits(length: number): void {
    if (length > LIMITS.value) throw new TooLarge(`a CMake value has more than ${LIMITS.value} characters`);
  }

  /** `text` with every `search` replaced. */
  replaced(text: string, search: string, replacement: string): string {
    if (!text.includes(search)) return text;
    const parts = text.split(search);
    this.length(text.length + (parts.length - 1) * (replacement.length - search.length));
    return parts.join(replacement);
  }

  /** Does `inner` one level deeper. */
  deeper<T>(inner: () => T): T {
    this.#depth += 1;
    if (this.#depth > LIMITS.depth) throw new TooLarge(`CMake calls nest deeper than ${LIMITS.depth}`);
    try {
      return inner();
    } finally {
      this.#depth -= 1;
    }
  }
}
