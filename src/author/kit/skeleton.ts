import { Failure } from '../../failure.js';
import type { Project } from '../../source/project.js';
import type { Family } from './families/family.js';
import { arch, statement as native } from './families/native.js';
import { argument, gate, statement as python } from './families/python.js';

export const FAMILIES = ['gate', 'arch', 'argument', 'statement', 'patch'] as const;
export type FamilyName = (typeof FAMILIES)[number];

const KNOWN: Readonly<Record<Exclude<FamilyName, 'patch'>, readonly Family[]>> = {
  gate: [gate],
  arch: [arch],
  argument: [argument],
  statement: [python, native],
};

export interface Wish {
  readonly id: string;
  readonly project: Project;
  readonly title: string;
  readonly family: Exclude<FamilyName, 'patch'>;
  /** The file that the fix is about, as upstream has it. */
  readonly file: string | undefined;
  /** Whether it is one of the tool's own fixes, in its own repository. */
  readonly house: boolean;
}

/** A fix's source and its cases, by path below its folder; a diff that is to be made is left out. */
export interface Skeleton {
  readonly code: string;
  readonly cases: Readonly<Record<string, string>>;
}

const EXAMPLES: Readonly<Record<Exclude<FamilyName, 'patch'>, string>> = {
  gate: 'example/sizes.py',
  arch: 'CMakeLists.txt',
  argument: 'example/sizes.py',
  statement: 'example/sizes.py',
};

function familyFor(name: Wish['family'], file: string): Family {
  const found = KNOWN[name].find(({ files }) => files.test(file));
  if (found) return found;
  throw new Failure('usage', `there is no skeleton of the family ${name} for ${file}`, {
    next: 'a file of Python has gate, argument and statement; CUDA and C++ statement; CMake arch',
  });
}

const escaped = (path: string): string => path.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** A fix that passes its cases, on a miniature; the writer puts the real names in. */
export function skeletonOf(wish: Wish): Skeleton {
  const file = wish.file ?? EXAMPLES[wish.family];
  const family = familyFor(wish.family, file);
  return { code: codeOf(wish, family, file), cases: casesOf(family, file) };
}

/** The source: one's own is a function that is given the kit, and needs no import to run. */
function codeOf(wish: Wish, family: Family, file: string): string {
  const { id, title, house } = wish;
  const kit = house ? 'dgx' : 'Kit';
  const head = `/**
 * ${title}.
 *
 * Shapes:
 *  S1  what stands there, and from which release to which
 */
${house ? "import * as dgx from '../../../src/api.js';" : "import type * as Kit from 'dgx-patch/api';"}

const ID = '${id}';

/** Where it is: by path, then by content. Files move, so let the path be wide. */
const PATHS = /^${escaped(file)}$/;
const HOLDS = /${family.holds}/;

${family.constants}

/** A site, with the bytes that are replaced, where some are. */
interface Place extends ${kit}.Site {
  readonly range?: ${kit}.ByteRange;
}
`;
  const root = family.language === undefined ? '' : `, root: ${kit}.Node`;
  const find = `/** What a file has, judged by syntax and not by text. Say right only of what is looked at. */
function find(file: ${kit}.SourceFile${root}): Place[] {
  const { text } = file;
  ${family.find}
}
`;
  const fix = `dgx.defineCodemod<Place>(${meta(wish, family)})`;
  return house
    ? `${head}\n${find}\nexport default ${fix};\n`
    : `${head}\nexport default (dgx: typeof Kit) => {\n${deeper(find)}\n  return ${deeper(fix).trimStart()};\n};\n`;
}

/** Two blanks before every line that says something. */
const deeper = (text: string): string => text.replace(/^(?=.)/gm, '  ');

/** What the fix says of itself, its judge and its rewrite. */
function meta({ project, title }: Wish, { language, edits }: Family): string {
  const used = [
    'file',
    ...['offset', 'range'].filter((name) => new RegExp(`\\b${name}\\b`).test(edits)),
  ].join(', ');
  const sites =
    language === undefined
      ? `const sites = (await dgx.search(context, PATHS, HOLDS)).flatMap((file) => find(file));`
      : `const documents = await dgx.searchParsed(context, '${language}', PATHS, HOLDS);
    const sites = documents.flatMap(({ file, root }) => find(file, root));`;
  return `{
  id: ID,
  project: '${project}',
  title: '${title}',
  why: 'What breaks without it, and for whom.',
  // What comes of leaving it on GB10 (stops, wrong, slow), and the models, flags or formats that it touches.
  effect: { kind: 'stops', concerns: 'every model' },
  references: [],
  retire: 'when no pin is older than the release that has it right',

  async judge(context) {
    ${sites}
    return {
      sites,
      absent: 'this revision does not have it',
      reason: { wrong: 'it is not as it must be', right: 'it is as it must be' },
    };
  },

  rewrite: (sites) => sites.flatMap(({ ${used} }) => [${edits}]),
}`;
}

const casesOf = (family: Family, file: string): Record<string, string> => {
  const one = (shows: string, verdict: string, sites: number, path: string, text: string): string =>
    `${JSON.stringify({ shows, verdict, sites }, null, 2)}\n-- ${path} --\n${text}`;
  return {
    'needed.case': one('a revision that needs it', 'needed', 1, file, family.needed),
    'right.case': one('a revision that has it right', 'upstreamed', 1, file, family.right),
    'drifted.case': one('a shape that is not known', 'drifted', 1, file, family.drifted),
    'elsewhere.case': one('a revision without it', 'not-applicable', 0, 'example/other.txt', 'nothing\n'),
  };
};
