/** Thrown inside of the decoder where the bytes are no sound frame; it does not leave `decompress`. */
export class Damaged extends Error {}

/** Bits from the front, lowest first: descriptions of tables. */
export class ForwardBits {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.at++) {
      const byte = this.bytes[this.at >> 3];
      if (byte === undefined) throw new Damaged('a table is cut off');
      value |= ((byte >> (this.at & 7)) & 1) << bit;
    }
    return value;
  }

  /** Gives back bits that were read. */
  back(count: number): void {
    this.at -= count;
  }

  /** Bytes that were read, the last one whole. */
  get bytesRead(): number {
    return (this.at + 7) >> 3;
  }
}

/** Bits from the end, highest first, after the mark that ends the stream. */
export class BackwardBits {
  /** Bits that are left; negative when more were read than there are (which read as 0). */
  left: number;

  constructor(private readonly bytes: Uint8Array) {
    const last = bytes.at(-1);
    if (!last) throw new Damaged('a stream has no end');
    this.left = bytes.length * 8 - (Math.clz32(last) - 23);
  }

  private byte(at: number): number {
    return this.bytes[at] ?? 0;
  }

  /** Up to 32 bits. */
  read(count: number): number {
    if (count > 16) return this.read(count - 16) * 0x1_0000 + this.read(16);
    this.left -= count;
    const [at, shift] = [this.left >> 3, this.left & 7];
    const window = this.byte(at) | (this.byte(at + 1) << 8) | (this.byte(at + 2) << 16);
    return (window >> shift) & ((1 << count) - 1);
  }
}
