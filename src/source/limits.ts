import { TooLarge } from '../failure.js';

/** Bytes of a source that is judged. Upstream's largest has 3 MB, and it is generated. */
export const SOURCE_BYTES = 4 << 20;

export function checkSize(path: string, size: number): void {
  if (size > SOURCE_BYTES) {
    throw new TooLarge(`${path} has ${size} bytes, and ${SOURCE_BYTES} are the limit`);
  }
}

/** Counts down what one piece of work may take; throws TooLarge where nothing is left. */
export class Allowance {
  #left: number;

  constructor(
    readonly of: number,
    readonly what: string,
  ) {
    this.#left = of;
  }

  spend(amount: number): void {
    this.#left -= amount;
    if (this.#left < 0) throw new TooLarge(`${this.what} takes more than ${this.of} steps`);
  }
}
