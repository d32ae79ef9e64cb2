import {
  type ByteRange,
  type Codemod,
  type CodemodMeta,
  type Document,
  defineCodemod,
  type Edit,
  type Finding,
  holdsCode,
  isOurs,
  isSafe,
  type JudgeContext,
  type Node,
  type Reason,
  type Site,
  type SiteState,
  searchParsed,
} from '../../src/api.js';

/** A place in a parsed file: the node that is judged, and what else its rewrite needs. */
export interface Place {
  readonly node: Node;
  /** Where our mark is looked for, if not in the lines of the node. */
  readonly marked?: ByteRange;
}

/** What a judge says of one place. `ours` is told from `right` by the mark. */
export type Said = readonly [state: Exclude<SiteState, 'ours'>, what: string];

/** A fix of places that are each found, judged and edited by themselves. */
export interface PlacesFix<P extends Place> extends CodemodMeta {
  readonly language: 'cuda' | 'python';
  /** Files by path, and what they must hold. */
  readonly paths: RegExp;
  readonly content: RegExp;
  find(document: Document, context: JudgeContext): readonly P[];
  judge(place: P, document: Document, context: JudgeContext): Said;
  edit(place: P, document: Document, context: JudgeContext): readonly Edit[];
  /** Lines that `edit` inserts and that the judge does not evaluate: `ours` is a place where they still stand. */
  lines?(place: P): readonly string[];
  /** Why nothing is to be done where no place is found. */
  readonly absent: string;
  readonly reason: Reason;
  /** How many places this shape must have. */
  readonly expected?: number;
  /** A finding that needs no look at places: a pin that is too old, places that do not belong together. */
  before?(context: JudgeContext): Promise<Finding | undefined>;
}

interface PlaceSite<P> extends Site {
  readonly place: P;
  readonly document: Document;
}

/** A fix made of places: their files are found and parsed, their states told, what does not parse is left alone. */
export function places<P extends Place>(fix: PlacesFix<P>): Codemod {
  const { language, paths, content, find, judge, edit, lines, absent, reason, expected, before, ...meta } =
    fix;
  const siteOf = (place: P, document: Document, context: JudgeContext): PlaceSite<P> => {
    const { node, marked = node } = place;
    const { file } = document;
    const [found, what] = judge(place, document, context);
    const at = { file, offset: node.startIndex, place, document };
    if (found === 'right' && isOurs(file, meta.id, marked)) {
      const whole = file.text.slice(marked.startIndex, marked.endIndex);
      const written = lines?.(place).join('\n');
      if (written === undefined || holdsCode(whole, written, language)) return { ...at, state: 'ours', what };
      return { ...at, state: 'unknown', what: 'our own edit, changed since' };
    }
    return { ...at, state: found === 'wrong' && !isSafe(node) ? 'unknown' : found, what };
  };
  const unread = (document: Document): PlaceSite<P> => {
    const place = { node: document.root } as P;
    return {
      file: document.file,
      offset: 0,
      state: 'unknown',
      what: 'a file that does not parse',
      place,
      document,
    };
  };
  return defineCodemod<PlaceSite<P>>({
    ...meta,
    async judge(context): Promise<Finding<PlaceSite<P>>> {
      const early = await before?.(context);
      if (early) return early as Finding<PlaceSite<P>>;
      const documents = await searchParsed(context, language, paths, content);
      const sites = documents.flatMap((document) => {
        // What a Python file is about may stand in the part of it that could not be read.
        if (language === 'python' && document.root.hasError) return [unread(document)];
        return find(document, context).map((place) => siteOf(place, document, context));
      });
      return { sites, absent, reason, ...(expected === undefined ? {} : { expected }) };
    },
    rewrite: (sites, context) => sites.flatMap(({ place, document }) => edit(place, document, context)),
  });
}
