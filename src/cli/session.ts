import { type Historian, openHistorian } from '../history/historian.js';
import type { Mirrors } from '../revision/mirrors.js';
import { PinBook } from '../upkeep/book.js';
import { mirrorsOf } from './mirrors.js';
import type { PinOptions } from './options.js';

/** What the subcommands work with; the historian is closed by `withBook`. */
export interface Session {
  readonly book: PinBook;
  readonly mirrors: Mirrors;
  readonly historian: Historian;
}

export async function withBook<T>(options: PinOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const book = await PinBook.open(options.pins, options.fixes);
  const mirrors = mirrorsOf(options);
  const historian = await openHistorian(options.cache);
  try {
    return await work({ book, mirrors, historian });
  } finally {
    await historian.close();
  }
}
