import { Failure } from '../failure.js';

/** What GitHub gives an action: where its API is, and a token. */
export interface GitHub {
  readonly api: string;
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
}

/** Reads the environment of a workflow: GITHUB_API_URL, GITHUB_TOKEN, GITHUB_REPOSITORY. */
export function readGitHub(env: NodeJS.ProcessEnv, repository: string | undefined): GitHub {
  const token = env.GITHUB_TOKEN;
  const name = repository ?? env.GITHUB_REPOSITORY;
  if (!token) {
    throw new Failure('usage', 'there is no token for GitHub', {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as a workflow spells it
      next: 'set GITHUB_TOKEN; in a workflow: env: { GITHUB_TOKEN: ${{ github.token }} }',
    });
  }
  if (!name || !/^[\w.-]+\/[\w.-]+$/.test(name)) {
    throw new Failure('usage', 'no repository was named', { next: 'give --repository owner/name' });
  }
  return { api: env.GITHUB_API_URL || 'https://api.github.com', token, repository: name };
}

/** One call of the repository's REST API; the answer's JSON. */
export async function call<T>(github: GitHub, method: string, path: string, body?: unknown): Promise<T> {
  const url = `${github.api}/repos/${github.repository}/${path}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${github.token}`,
        'content-type': 'application/json',
        'user-agent': 'dgx-patch',
        'x-github-api-version': '2022-11-28',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new Failure('unavailable', `GitHub could not be reached at ${github.api}`, { cause });
  }
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  const next =
    response.status === 403 || response.status === 404
      ? 'check the permissions of the token: pull-requests: write, security-events: write'
      : 'try again later';
  throw new Failure(
    'unavailable',
    `GitHub answered ${response.status} to ${method} ${path}: ${text.slice(0, 200)}`,
    { next },
  );
}
