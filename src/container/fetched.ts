import { type CMakeCommand, CMakeSyntaxError, readCMake } from '../syntax/cmake.js';

/** A project that the tree's CMake fetches while it builds. */
export interface FetchedSource {
  readonly name: string;
  readonly url: string;
  /** As the tree writes it: a commit, a tag, or a variable. */
  readonly revision: string;
  /** True for a whole commit: the same bytes tomorrow. */
  readonly fixed: boolean;
  /** The environment variable that names a folder to take instead; null where the tree has none. */
  readonly instead: string | null;
  /** The part of the repository that the variable means; null for all of it. */
  readonly part: string | null;
}

const words = ({ args }: CMakeCommand): string[] => args.map(({ value }) => value);
const after = (given: readonly string[], key: string): string | undefined => {
  const at = given.indexOf(key);
  return at < 0 ? undefined : given[at + 1];
};
const variableOf = (text: string | undefined): string | undefined =>
  /^\$(?:ENV)?\{(\w+)\}$/.exec(text ?? '')?.[1];

/** Both commands that name a repository: a declaration, and a population that was not declared before. */
const FETCHES = new Set(['fetchcontent_declare', 'fetchcontent_populate']);

/**
 * The folders that may be taken instead, by project. A project is declared twice, with a folder of the user's and with
 * a repository; or the folder's variable is what `<name>_SOURCE_DIR` is set to, where the environment may give it.
 */
function foldersIn(commands: readonly CMakeCommand[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const asked = new Set(
    commands
      .filter(({ name }) => name === 'if')
      .flatMap((command) => words(command).flatMap((word) => /^ENV\{(\w+)\}$/.exec(word)?.[1] ?? [])),
  );
  for (const command of commands) {
    const given = words(command);
    const folder = after(given, 'SOURCE_DIR');
    if (FETCHES.has(command.name) && folder !== undefined && !given.includes('GIT_REPOSITORY')) {
      const variable = variableOf(folder);
      if (variable !== undefined) found.set(given[0]!, variable);
    }
    const set = command.name === 'set' && /^(.+)_SOURCE_DIR$/.exec(given[0] ?? '')?.[1];
    const variable = variableOf(given[1]);
    if (set && variable !== undefined && asked.has(variable)) found.set(set, variable);
  }
  return found;
}

function declaredIn(text: string): FetchedSource[] {
  const { commands } = readCMake(text);
  const folders = foldersIn(commands);
  // The value nearest above counts: a file that also builds for other devices names theirs first.
  const values = new Map<string, string>();
  const resolved = (word: string): string => values.get(variableOf(word) ?? '') ?? word;
  return commands.flatMap((command) => {
    const given = words(command);
    if (command.name === 'set' && given[0] && given[1]) values.set(given[0], given[1]);
    const url = FETCHES.has(command.name) ? after(given, 'GIT_REPOSITORY') : undefined;
    if (url === undefined) return [];
    const name = given[0] ?? '';
    const revision = resolved(after(given, 'GIT_TAG') ?? 'HEAD');
    const fixed = /^[0-9a-f]{40}$/.test(revision);
    const instead = folders.get(name) ?? null;
    const part = /^[\w-]+(?:\/[\w-]+)*$/.exec(after(given, 'SOURCE_SUBDIR') ?? '')?.[0] ?? null;
    return [{ name, url: resolved(url), revision, fixed, instead, part }];
  });
}

/** What a CUDA build of the tree fetches, by name. A file that cannot be read as CMake declares nothing. */
export function fetchedSources(
  files: readonly { readonly path: string; readonly text: string }[],
): FetchedSource[] {
  const found = files
    // Files of other devices are not part of the build.
    .filter(({ path }) => !/(?:^|\/)(?:cpu|hip|rocm|xpu)_?[\w-]*\.cmake$/.test(path))
    .flatMap(({ text }) => {
      try {
        return declaredIn(text);
      } catch (error) {
        if (error instanceof CMakeSyntaxError) return [];
        throw error;
      }
    });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
