import type { SourceFile } from '../source/file.js';
import { search } from '../source/locate.js';
import type { Document, Language } from '../syntax/document.js';
import type { JudgeContext } from './types.js';

export function parseAll(
  context: JudgeContext,
  files: readonly SourceFile[],
  language: Language,
): Promise<Document[]> {
  return Promise.all(files.map((file) => context.parse(file, language)));
}

/** Files under paths that match, and that hold `content`, parsed. */
export async function searchParsed(
  context: JudgeContext,
  language: Language,
  paths: RegExp,
  content: RegExp,
): Promise<Document[]> {
  return parseAll(context, await search(context, paths, content), language);
}
