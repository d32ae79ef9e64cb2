/** Device code of a made-up fat binary. */
export interface MadeCode {
  readonly kind: 1 | 2 | 8;
  readonly arch: number;
  readonly flags?: number;
  readonly payload?: Buffer;
  readonly name?: string;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7)]);

function entry({ kind, arch, flags = 0x11, payload = Buffer.alloc(16), name = '' }: MadeCode): Buffer {
  const body = padded(payload);
  const names = padded(Buffer.from(name, 'latin1'));
  const header = Buffer.alloc(64);
  header.writeUInt16LE(kind, 0);
  header.writeUInt16LE(0x101, 2);
  header.writeUInt32LE(64 + names.length, 4);
  header.writeBigUInt64LE(BigInt(body.length), 8);
  header.writeUInt32LE(payload.length, 16);
  header.writeUInt32LE(arch, 28);
  if (name) header.writeUInt32LE(64, 32);
  header.writeUInt32LE(name.length, 36);
  header.writeUInt32LE(flags, 40);
  header.writeBigUInt64LE(BigInt(payload.length), 56);
  return Buffer.concat([header, names, body]);
}

/** A container as one translation unit leaves it. */
export function container(codes: readonly MadeCode[]): Buffer {
  const body = Buffer.concat(codes.map(entry));
  const header = Buffer.alloc(16);
  header.writeUInt32LE(0xba55ed50, 0);
  header.writeUInt16LE(1, 4);
  header.writeUInt16LE(16, 6);
  header.writeBigUInt64LE(BigInt(body.length), 8);
  return Buffer.concat([header, body]);
}

/** An ELF file of 64 bits with these sections, in this order. */
export function elf(sections: Readonly<Record<string, Buffer>>): Buffer {
  const names = ['', ...Object.keys(sections), '.shstrtab'];
  const table = Buffer.from(`${names.join('\0')}\0`, 'latin1');
  const bodies = [Buffer.alloc(0), ...Object.values(sections), table];
  const rows: Buffer[] = [];
  let [at, nameAt] = [64, 0];
  for (const [index, body] of bodies.entries()) {
    const row = Buffer.alloc(64);
    row.writeUInt32LE(nameAt, 0);
    row.writeUInt32LE(index === 0 ? 0 : 1, 4);
    row.writeBigUInt64LE(BigInt(at), 24);
    row.writeBigUInt64LE(BigInt(body.length), 32);
    rows.push(row);
    at += body.length;
    nameAt += names[index]!.length + 1;
  }
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  header.writeBigUInt64LE(BigInt(at), 0x28);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(bodies.length, 0x3c);
  header.writeUInt16LE(bodies.length - 1, 0x3e);
  return Buffer.concat([header, ...bodies, ...rows]);
}

/** Machine code with kernels of these names, each of 64 bytes. */
export function cubin(...kernels: string[]): Buffer {
  return elf(Object.fromEntries(kernels.map((name) => [`.text.${name}`, Buffer.alloc(64)])));
}

/** Machine code for a target, with the sizes of its kernels. */
export function cubinFor(sm: number, kernels: Readonly<Record<string, number>>): Buffer {
  const sections = Object.entries(kernels).map(([name, size]) => [`.text.${name}`, Buffer.alloc(size)]);
  const file = elf(Object.fromEntries(sections));
  file[8] = 8;
  file.writeUInt16LE(190, 18);
  file[0x31] = sm;
  return file;
}
