import { matching, type Refusal, readCMake, splitArchs } from '../../../src/api.js';

/** Files that say what an image is built for. */
const IMAGES = /(?:^|\/)(?:Dockerfile|Containerfile)[^/]*$|^docker\/[^/]*\.sh$/;
const ARCH_LIST = /\b(?:TORCH_CUDA_ARCH_LIST|torch_cuda_arch_list)\s*=\s*["']?([^"'\n\\]*)/g;

const isPlain = (list: string): boolean => splitArchs(list).includes('12.1');

export const plainSm121: Refusal = {
  id: 'vllm/plain-sm121',
  project: 'vllm',
  title: 'Kernels built for plain 12.1',
  why: 'Plain sm_121 has neither the FP4 conversion nor the block-scaled MMA: the conversion does not assemble, and CUTLASS’s GEMMs compile to stubs that print an error at run time.',
  instead: '12.1a (native) or 12.0f (family)',
  references: [
    {
      kind: 'measurement',
      ref: 'ptxas 13.0.88',
      note: 'both exist for 120a, 120f, 121a and 121f, not for 120 and 121',
    },
  ],
  async detect(context) {
    const cmake = await context.tree.read('CMakeLists.txt');
    const commands = cmake ? readCMake(cmake.text).commands : [];
    const groups = commands
      .filter(
        ({ name, args }) => name === 'set_gencode_flags_for_srcs' && args.some(({ value }) => isPlain(value)),
      )
      .map(({ start }) => ({ path: 'CMakeLists.txt', offset: start }));
    const paths = await matching(context.tree, IMAGES);
    const files = await Promise.all(paths.map((path) => context.tree.read(path)));
    const images = files.flatMap((file) =>
      [...(file?.text ?? '').matchAll(ARCH_LIST)]
        .filter(([, list]) => isPlain(list!))
        .map(({ index }) => ({ path: file!.path, offset: index })),
    );
    return [...groups, ...images];
  },
};
