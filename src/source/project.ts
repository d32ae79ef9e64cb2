export const PROJECTS = ['vllm', 'flashinfer', 'cutlass'] as const;
export type Project = (typeof PROJECTS)[number];

export function isProject(name: string): name is Project {
  return (PROJECTS as readonly string[]).includes(name);
}

/** What a user may well take for a project of ours, and what to do with it. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  cuda: 'the CUDA toolkit is looked at where it is installed: dgx-patch doctor --cuda-home <dir>',
  cccl: 'CCCL comes with the CUDA toolkit: dgx-patch doctor --cuda-home <dir>',
  torch: 'the torch that belongs to a revision is in its set: dgx-patch pins sets',
};

/** The next step for who named something that is no project; `usual` where nothing better is known. */
export function insteadOf(name: string, usual: string): string {
  return NEIGHBOURS[name] ?? usual;
}
