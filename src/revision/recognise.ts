import type { Project } from '../source/project.js';

/** Paths that a project has in every revision, and that no other project has together. */
const MARKS: readonly (readonly [Project, readonly RegExp[]])[] = [
  ['vllm', [/^CMakeLists\.txt$/, /^csrc\//, /^vllm\/model_executor\//]],
  ['flashinfer', [/^flashinfer\/__init__\.py$/, /^include\/flashinfer\//]],
  ['cutlass', [/^include\/cutlass\/cutlass\.h$/, /^include\/cute\/tensor\.hpp$/]],
];

/** The project whose tree has these paths; undefined where it is none of ours. */
export function recognise(paths: readonly string[]): Project | undefined {
  return MARKS.find(([, marks]) => marks.every((mark) => paths.some((path) => mark.test(path))))?.[0];
}
