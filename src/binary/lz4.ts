/** A length of 4 bits, continued by bytes while they are 255. Returns it, and where the next byte is. */
function lengthAt(bytes: Uint8Array, at: number, start: number): [length: number, next: number] {
  let length = start;
  if (start < 15) return [length, at];
  for (let next = at; next < bytes.length; ) {
    const byte = bytes[next++]!;
    length += byte;
    if (byte < 255) return [length, next];
  }
  return [Number.POSITIVE_INFINITY, bytes.length];
}

/** The bytes of one LZ4 block, `size` at most. Undefined where the bytes are no sound block, or hold more. */
export function decompressLz4(bytes: Buffer, size: number): Buffer | undefined {
  const target = Buffer.alloc(size);
  let [at, written] = [0, 0];
  while (at < bytes.length) {
    const token = bytes[at]!;
    const [literals, from] = lengthAt(bytes, at + 1, token >> 4);
    if (from + literals > bytes.length || written + literals > size) return undefined;
    bytes.copy(target, written, from, from + literals);
    written += literals;
    at = from + literals;
    if (at === bytes.length) break;
    if (at + 2 > bytes.length) return undefined;
    const distance = bytes.readUInt16LE(at);
    const [extra, next] = lengthAt(bytes, at + 2, token & 15);
    const end = written + extra + 4;
    if (distance < 1 || distance > written || end > size) return undefined;
    for (; written < end; written++) target[written] = target[written - distance]!;
    at = next;
  }
  return target.subarray(0, written);
}
