/** Texts of blobs by id: those used last, up to so many bytes. */
export class Texts {
  readonly #texts = new Map<string, Promise<string | undefined>>();
  readonly #sizes = new Map<string, number>();
  #held = 0;

  constructor(readonly bytes: number) {}

  get(oid: string, read: (oid: string) => Promise<string | undefined>): Promise<string | undefined> {
    const known = this.#texts.get(oid);
    if (known) {
      this.#texts.delete(oid);
      this.#texts.set(oid, known);
      return known;
    }
    const text = read(oid);
    this.#texts.set(oid, text);
    text.then(
      (found) => this.#keep(oid, found?.length ?? 0),
      () => this.#texts.delete(oid),
    );
    return text;
  }

  #keep(oid: string, size: number): void {
    this.#sizes.set(oid, size);
    this.#held += size;
    for (const old of this.#texts.keys()) {
      if (this.#held <= this.bytes) return;
      const freed = this.#sizes.get(old);
      if (freed === undefined) continue;
      this.#texts.delete(old);
      this.#sizes.delete(old);
      this.#held -= freed;
    }
  }
}
