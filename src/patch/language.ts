import type { SourceFile } from '../source/file.js';
import type { Document, Language } from '../syntax/document.js';

/** How files are parsed: the judge's context does it, so that each text is parsed once. */
export type Parse = (file: SourceFile, language: Language) => Promise<Document>;

/** The grammar that a file is merged with, or undefined where it is merged by lines alone. */
export function languageOf(path: string): Language | undefined {
  if (/\.pyi?$/.test(path)) return 'python';
  return /\.(?:cu|cuh|h|hpp|hh|cc|cpp|cxx)$/.test(path) ? 'cuda' : undefined;
}

/** What a file is to those who run the program. */
export type Role = 'code' | 'tests' | 'docs' | 'ci';

/** The role of a file by where it lies. Only what is `code` must merge for a patch to be carried. */
export function roleOf(path: string): Role {
  if (
    /(?:^|\/)(?:tests?|testing)\//.test(path) ||
    /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.(?:py|cpp|cu)$/.test(path)
  ) {
    return 'tests';
  }
  if (/^(?:docs|examples)\//.test(path) && !/\.jinja2?$/.test(path)) return 'docs';
  if (/\.(?:md|rst)$/.test(path)) return 'docs';
  if (
    /^(?:\.[^/]+|ci|docker|requirements)\//.test(path) ||
    /^[^/]*(?:[Dd]ockerfile|requirements)[^/]*$/.test(path)
  )
    return 'ci';
  return 'code';
}
