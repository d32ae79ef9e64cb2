import type { Evidence } from '../codemod/types.js';
import type { Project } from '../source/project.js';

/** Upstream's own pages, for readers: a mirror may be anywhere. */
const UPSTREAM: Partial<Record<string, string>> = {
  vllm: 'https://github.com/vllm-project/vllm',
  flashinfer: 'https://github.com/flashinfer-ai/flashinfer',
  cutlass: 'https://github.com/NVIDIA/cutlass',
} satisfies Partial<Record<Project, string>>;

export function upstreamUrl(project: string): string | undefined {
  return UPSTREAM[project];
}

/** `#12` is the project's own, `vllm#12` another project's, `owner/name#12` any repository's. */
function numbered(root: string, ref: string, kind: 'pull' | 'issues'): string | undefined {
  const match = /^([\w.-]+(?:\/[\w.-]+)?)?#(\d+)$/.exec(ref);
  if (!match) return undefined;
  const [, name, number] = match;
  const repository =
    name === undefined ? root : name.includes('/') ? `https://github.com/${name}` : UPSTREAM[name];
  return repository && `${repository}/${kind}/${number}`;
}

/** The page of a commit, pull request or issue; undefined for what has none. */
export function evidenceUrl(
  project: string,
  { kind, ref }: Pick<Evidence, 'kind' | 'ref'>,
): string | undefined {
  const root = upstreamUrl(project);
  if (!root) return undefined;
  if (kind === 'commit') return /^[0-9a-f]{7,40}$/.test(ref) ? `${root}/commit/${ref}` : undefined;
  return numbered(root, ref, kind === 'pull-request' ? 'pull' : 'issues');
}

/** A line of a file at a commit. */
export function sourceUrl(project: string, commit: string, path: string, line: number): string | undefined {
  const root = upstreamUrl(project);
  return root && `${root}/blob/${commit}/${path.split('/').map(encodeURIComponent).join('/')}#L${line}`;
}
