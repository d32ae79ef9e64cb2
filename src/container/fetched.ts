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
}

const words = ({ args }: CMakeCommand): string[] => args.map(({ value }) => value);
const after = (given: readonly string[], key: string): string | undefined => {
  const at = given.indexOf(key);
  return at < 0 ? undefined : given[at + 1];
};

/** Values that a file gives to plain variables, once each. */
function valuesIn(commands: readonly CMakeCommand[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const command of commands) {
    const [name, value] = words(command);
    const plain = command.name === 'set' && name && value;
    if (plain && !found.has(name)) found.set(name, value);
  }
  return found;
}

function declaredIn(text: string): FetchedSource[] {
  const { commands } = readCMake(text);
  const values = valuesIn(commands);
  const declared = commands.filter(({ name }) => name === 'fetchcontent_declare').map(words);
  // A project is declared twice: with a folder of the user's, and with a repository.
  const folders = new Map<string, string>();
  for (const given of declared) {
    const folder = after(given, 'SOURCE_DIR');
    if (folder !== undefined) folders.set(given[0]!, folder);
  }
  return declared.flatMap((given) => {
    const [name = '', url, tag] = [given[0], after(given, 'GIT_REPOSITORY'), after(given, 'GIT_TAG')];
    if (url === undefined) return [];
    const variable = /^\$\{(\w+)\}$/.exec(tag ?? '')?.[1];
    const revision = (variable === undefined ? undefined : values.get(variable)) ?? tag ?? 'HEAD';
    const instead = /^\$(?:ENV)?\{(\w+)\}$/.exec(folders.get(name) ?? '')?.[1] ?? null;
    return [{ name, url, revision, fixed: /^[0-9a-f]{40}$/.test(revision), instead }];
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
