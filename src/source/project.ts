export const PROJECTS = ['vllm', 'flashinfer', 'cutlass', 'cuda'] as const;
export type Project = (typeof PROJECTS)[number];
