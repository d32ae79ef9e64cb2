/** What a blob holds: bytes, and text where somebody asks for it. Most are only looked through for a few words. */
export class Content {
  #text: string | undefined;

  /** @param bytes a string is a blob's text, one character a byte */
  constructor(readonly bytes: Buffer | string) {
    if (typeof bytes === 'string') this.#text = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  get text(): string {
    this.#text ??= (this.bytes as Buffer).toString('latin1');
    return this.#text;
  }

  includes(word: string): boolean {
    return this.#text?.includes(word) ?? (this.bytes as Buffer).includes(word, 0, 'latin1');
  }
}

/** Contents of blobs by id: those used last, up to so many bytes. */
export class Contents {
  readonly #contents = new Map<string, Promise<Content | undefined>>();
  readonly #sizes = new Map<string, number>();
  #held = 0;

  constructor(readonly bytes: number) {}

  get(oid: string, read: (oid: string) => Promise<Content | undefined>): Promise<Content | undefined> {
    const known = this.#contents.get(oid);
    if (known) {
      this.#contents.delete(oid);
      this.#contents.set(oid, known);
      return known;
    }
    const content = read(oid);
    this.#contents.set(oid, content);
    content.then(
      (found) => this.#keep(oid, found?.length ?? 0),
      () => this.#contents.delete(oid),
    );
    return content;
  }

  #keep(oid: string, size: number): void {
    this.#sizes.set(oid, size);
    this.#held += size;
    for (const old of this.#contents.keys()) {
      if (this.#held <= this.bytes) return;
      const freed = this.#sizes.get(old);
      if (freed === undefined) continue;
      this.#contents.delete(old);
      this.#sizes.delete(old);
      this.#held -= freed;
    }
  }
}
