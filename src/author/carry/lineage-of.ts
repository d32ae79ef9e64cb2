import { languageOf } from '../../patch/language.js';
import { digests, type Lineage } from '../../patch/lineage.js';
import { lineOffsets, splitLines } from '../../patch/lines.js';
import { clusters } from '../../patch/merge.js';
import { definitions, enclosing } from '../../patch/units/definitions.js';
import { Keys, shapeOf } from '../../patch/units/shape.js';
import { trimmed } from '../../patch/versions.js';
import { Documents } from '../../syntax/parser.js';
import { gitText } from '../../tree/git.js';
import type { ObjectReader } from '../../tree/object-reader.js';

/** How many earlier versions of a file are looked into. */
const VERSIONS = 60;

/** The functions and classes that a change of a file is in, by name. */
async function touched(path: string, before: string, after: string): Promise<Set<string>> {
  const language = languageOf(path);
  const documents = new Documents();
  try {
    if (language === undefined) return new Set();
    const all = definitions(shapeOf(await documents.parse({ path, text: before }, language), new Keys()));
    const lines = splitLines(before);
    const offsets = lineOffsets(lines);
    const hunks = clusters(lines, lines, splitLines(after));
    const found = hunks.map(({ baseStart, baseEnd }) => {
      const range = { start: offsets[baseStart]!, end: offsets[baseEnd]! };
      const { start, end } = trimmed(range, before.slice(range.start, range.end));
      return enclosing(all, start, end)?.path;
    });
    return new Set(found.filter((name) => name !== undefined));
  } finally {
    documents.dispose();
  }
}

/**
 * What the functions that a patch changes said earlier in upstream's history.
 * @param commit where the history ends: the commit that the patch was made on.
 */
export async function lineageOf(
  dir: string,
  reader: ObjectReader,
  commit: string,
  file: { readonly path: string; readonly before: string; readonly after: string },
): Promise<Lineage> {
  const lineage = new Map<string, Set<string>>();
  const wanted = await touched(file.path, file.before, file.after);
  if (wanted.size === 0) return lineage;
  const log = await gitText(dir, ['log', '--format=%H', `-n${VERSIONS}`, commit, '--', file.path]);
  for (const earlier of log.split('\n').filter((line) => line !== '')) {
    const object = await reader.read(`${earlier}:${file.path}`);
    if (object?.type !== 'blob') continue;
    const documents = new Documents();
    const text = object.bytes.toString('latin1');
    const document = await documents.parse({ path: file.path, text }, languageOf(file.path)!);
    for (const [name, digest] of digests(document, wanted)) {
      const known = lineage.get(name);
      if (known) known.add(digest);
      else lineage.set(name, new Set([digest]));
    }
    documents.dispose();
  }
  return lineage;
}
