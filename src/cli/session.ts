import { type Historian, openHistorian } from '../history/historian.js';
import { type Mirrors, readMirrors } from '../revision/mirrors.js';
import { PinBook } from '../upkeep/book.js';
import type { PinOptions } from './options.js';

/** What the subcommands work with; the historian is closed by `withBook`. */
export interface Session {
  readonly book: PinBook;
  readonly mirrors: Mirrors;
  readonly historian: Historian;
}

export async function withBook<T>(options: PinOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const book = await PinBook.open(options.pins);
  const mirrors = readMirrors(options.mirror, process.env.DGX_PATCH_MIRRORS);
  const historian = await openHistorian(options.cache);
  try {
    return await work({ book, mirrors, historian });
  } finally {
    await historian.close();
  }
}
