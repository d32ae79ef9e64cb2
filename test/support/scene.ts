import { Content } from '../../src/history/contents.js';
import { Scene } from '../../src/history/scene.js';
import { blobId } from '../../src/tree/blob-id.js';
import type { Change } from '../../src/tree/folders.js';

export type Files = Readonly<Record<string, string>>;

/** A scene of a few files, by path and text, that goes from one set of files to another. */
export class FilesScene {
  readonly scene = new Scene();
  readonly #texts = new Map<string, string>();
  #files: Files = {};

  constructor(files: Files) {
    this.go(files);
  }

  #entry(text: string | undefined): Change['before'] {
    if (text === undefined) return undefined;
    const oid = blobId(text);
    this.#texts.set(oid, text);
    return { mode: '100644', oid };
  }

  /** Moves to these files. */
  go(files: Files): Scene {
    const paths = [...new Set([...Object.keys(this.#files), ...Object.keys(files)])].sort();
    const changes = paths
      .filter((path) => this.#files[path] !== files[path])
      .map((path) => ({
        path,
        before: this.#entry(this.#files[path]),
        after: this.#entry(files[path]),
      }));
    this.scene.move(changes, async (oid) => {
      const text = this.#texts.get(oid);
      return text === undefined ? undefined : new Content(text);
    });
    this.#files = files;
    return this.scene;
  }
}
