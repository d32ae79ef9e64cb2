import { type JudgeContext, type SourceFile, search } from '../../../src/api.js';

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm;
const nameOf = (path: string): string => path.split('/').at(-1)!;

/** Files by the base names that they include. */
function includesOf({ text }: SourceFile): string[] {
  return [...text.matchAll(INCLUDE)].map(([, path]) => nameOf(path!));
}

/**
 * The translation units in which a kernel may reach the conversions of `holders`: a file with a kernel, in or
 * on the way of includes to a holder. A unit that only includes them has nothing for ptxas.
 */
export async function unitsReaching(holders: readonly string[], context: JudgeContext): Promise<Set<string>> {
  const files = await search(
    context,
    /^csrc\/(?!rocm\/|cpu\/).*\.(?:cu|cuh|h|hpp)$/,
    /#[ \t]*include|__global__/,
  );
  const kernels = (file: SourceFile): boolean => /\b__global__\b/.test(file.text);
  // A file that leads to a holder, with whether a kernel stands in it or on its way there.
  const leading = new Map(
    files.filter(({ path }) => holders.includes(path)).map((file) => [file.path, kernels(file)]),
  );
  const included = new Map(files.map((file) => [file.path, includesOf(file)]));
  for (let before = -1; before !== leading.size + [...leading.values()].filter(Boolean).length; ) {
    before = leading.size + [...leading.values()].filter(Boolean).length;
    const names = new Map([...leading].map(([path, on]) => [nameOf(path), on]));
    for (const file of files) {
      const ways = included.get(file.path)!.filter((name) => names.has(name));
      if (ways.length === 0) continue;
      const known = leading.get(file.path) ?? false;
      leading.set(file.path, known || kernels(file) || ways.some((name) => names.get(name)));
    }
  }
  return new Set([...leading].filter(([path, on]) => on && path.endsWith('.cu')).map(([path]) => path));
}
