import {
  type ByteRange,
  type Codemod,
  type CodemodMeta,
  type Document,
  defineCodemod,
  type Edit,
  type Finding,
  holding,
  holdsCode,
  isOurs,
  isSafe,
  type JudgeContext,
  type Node,
  parseAll,
  type Reason,
  type Site,
  type SiteState,
  type SourceFile,
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

type Edits = readonly Edit[] | Promise<readonly Edit[]>;

/** A place with what is said of it, and the edits that make it right. */
export interface Judged extends Place {
  readonly said: Said;
  readonly edits?: Edits | (() => Edits);
  /** Lines that the edits insert and that the judge does not evaluate: beside our mark they must still stand. */
  readonly lines?: readonly string[];
}

/** Places of one kind: the files that have them, by path and by what they hold, and how they are judged. */
export interface Part {
  readonly language: 'cuda' | 'python';
  readonly paths: RegExp;
  readonly content: RegExp;
  /** True where files of other names hold the same and are others': nothing but `paths` is looked into. */
  readonly named?: boolean;
  look(document: Document, context: JudgeContext): readonly Judged[];
}

interface Together extends CodemodMeta {
  /** Why nothing is to be done where no place is found; drift where it is not said. */
  readonly absent?: string | ((documents: readonly Document[]) => string);
  readonly reason: Reason | ((sites: readonly Site[]) => Reason);
  /** How many places this shape must have. */
  readonly expected?: number;
  /** A finding that needs no look at places: a pin that is too old, a revision that nobody asks. */
  before?(context: JudgeContext): Promise<Finding | undefined>;
  /** Why the places that were found in these files do not belong together: drift. */
  strange?(sites: readonly Site[], documents: readonly Document[]): string | undefined;
  readonly effectAt?: NonNullable<Codemod['effectAt']>;
}

/** A fix of places of several kinds. */
export interface PartsFix extends Together {
  readonly parts: readonly Part[];
}

/** A fix of places of one kind, that are each found, judged and edited by themselves. */
export interface PlacesFix<P extends Place> extends Together, Omit<Part, 'look'> {
  find(document: Document, context: JudgeContext): readonly P[];
  judge(place: P, document: Document, context: JudgeContext): Said;
  edit(place: P, document: Document, context: JudgeContext): Edits;
  lines?(place: P): readonly string[];
}

interface PlaceSite extends Site {
  readonly edits: Judged['edits'] | undefined;
}

function siteOf(place: Judged, file: SourceFile, { language }: Part, id: string): PlaceSite {
  const { node, marked = node, said, edits, lines } = place;
  const [found, what] = said;
  const at = { file, offset: node.startIndex, edits };
  const state = found === 'wrong' && !isSafe(node) ? 'unknown' : found;
  if (!isOurs(file, id, marked)) return { ...at, state, what };
  const whole = file.text.slice(marked.startIndex, marked.endIndex);
  if (lines && !(found === 'right' && holdsCode(whole, lines.join('\n'), language))) {
    return { ...at, state: 'unknown', what: 'our own edit, changed since' };
  }
  return { ...at, state: found === 'right' ? 'ours' : state, what };
}

/** What a Python file is about may stand in the part of it that could not be read. */
const unread = (file: SourceFile): PlaceSite => ({
  file,
  offset: 0,
  state: 'unknown',
  what: 'a file that does not parse',
  edits: undefined,
});

async function sitesOf(part: Part, id: string, context: JudgeContext) {
  const { language, paths, content, named, look } = part;
  const documents = named
    ? await parseAll(context, await holding(context.tree, paths, content), language)
    : await searchParsed(context, language, paths, content);
  const sites = documents.flatMap((document): PlaceSite[] => {
    const { file, root } = document;
    if (language === 'python' && root.hasError) return [unread(file)];
    return look(document, context).map((place) => siteOf(place, file, part, id));
  });
  return { documents, sites };
}

/** A fix made of parts: their files are found and parsed, their states told, what does not parse is left alone. */
export function parts(fix: PartsFix): Codemod {
  const { parts: kinds, absent, reason, expected, before, strange, ...meta } = fix;
  return defineCodemod<PlaceSite>({
    ...meta,
    async judge(context): Promise<Finding<PlaceSite>> {
      const early = await before?.(context);
      if (early) return early as Finding<PlaceSite>;
      const found = await Promise.all(kinds.map((kind) => sitesOf(kind, meta.id, context)));
      const sites = found.flatMap((one) => one.sites);
      const documents = found.flatMap((one) => one.documents);
      const drifted = strange?.(sites, documents);
      if (drifted !== undefined) return { sites, drifted };
      return {
        sites,
        reason: typeof reason === 'function' ? reason(sites) : reason,
        ...(absent === undefined
          ? {}
          : { absent: typeof absent === 'function' ? absent(documents) : absent }),
        ...(expected === undefined ? {} : { expected }),
      };
    },
    rewrite: async (sites) => {
      const made = sites.map(({ edits = [] }) => (typeof edits === 'function' ? edits() : edits));
      return (await Promise.all(made)).flat();
    },
  });
}

/** A fix made of places of one kind. */
export function places<P extends Place>(fix: PlacesFix<P>): Codemod {
  const { language, paths, content, find, judge, edit, lines, ...rest } = fix;
  const look: Part['look'] = (document, context) =>
    find(document, context).map((place) => ({
      node: place.node,
      ...(place.marked ? { marked: place.marked } : {}),
      said: judge(place, document, context),
      edits: () => edit(place, document, context),
      ...(lines ? { lines: lines(place) } : {}),
    }));
  return parts({ ...rest, parts: [{ language, paths, content, look }] });
}
