import type { SourceFile } from '../source/file.js';
import type { SourceTree } from '../source/tree.js';

/** - `fp4-gemm`, `fp8-gemm`: must hold tensor core instructions; `fp4-convert`: must hold the conversion. */
export type KernelKind = 'fp4-gemm' | 'fp8-gemm' | 'fp4-convert';

export interface KernelSource {
  readonly path: string;
  readonly kind: KernelKind;
}

const SM120 = /\barch::Sm120\b/;

/** A source's text with that of the headers of its own folder, and with what those include from there. */
async function withIncludes(file: SourceFile, tree: SourceTree, depth = 2): Promise<string> {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const names = [...file.text.matchAll(/#include\s+"([\w.-]+)"/g)].map((match) => match[1]!);
  const own = depth === 0 ? [] : await Promise.all(names.map((name) => tree.read(folder + name)));
  const texts = await Promise.all(own.map((header) => (header ? withIncludes(header, tree, depth - 1) : '')));
  return [file.text, ...texts].join('\n');
}

function kindOf(path: string, text: string, all: string): KernelKind | undefined {
  const fp4 = /fp4/i.test(path);
  if (SM120.test(all)) return fp4 ? 'fp4-gemm' : 'fp8-gemm';
  const converts = /\bnvfp4_utils\.cuh|e2m1x2\.f32/.test(text);
  return /nvfp4/.test(path) && converts && /\b__global__\b/.test(text) ? 'fp4-convert' : undefined;
}

/**
 * vLLM's kernels for compute capability 12.x, by what their sources hold. The conversions of a revision
 * that has no FP4 GEMM for 12.x are for other devices, and so are the experts' where its MoE has none.
 */
export async function sm12xKernels(tree: SourceTree): Promise<readonly KernelSource[]> {
  const paths = (await tree.paths()).filter((path) =>
    /^csrc\/(?!cpu\/|rocm\/).*(?:fp4|sm120)[^/]*\.cu$/.test(path),
  );
  const found: KernelSource[] = [];
  for (const path of paths) {
    const file = await tree.read(path);
    const kind = file && kindOf(path, file.text, await withIncludes(file, tree));
    if (kind) found.push({ path, kind });
  }
  const gemms = found.filter(({ kind }) => kind === 'fp4-gemm');
  const withMoe = gemms.some(({ path }) => /moe/.test(path));
  return found.filter(
    ({ path, kind }) => kind !== 'fp4-convert' || (gemms.length > 0 && (withMoe || !/experts/.test(path))),
  );
}
