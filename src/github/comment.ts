import { COMMENT_MARK } from '../report/markdown.js';
import { call, type GitHub } from './api.js';

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly html_url: string;
}

const PAGE = 100;

/** Which comment is ours: the mark, and the key where a pull request has several. */
export function markFor(key: string | undefined): string {
  return key === undefined
    ? COMMENT_MARK
    : COMMENT_MARK.replace(' -->', ` ${key.replace(/[^\w.@/-]/g, '_')} -->`);
}

/** The body with the mark of its key as its first line. */
export function marked(body: string, key: string | undefined): string {
  const text = body.startsWith(`${COMMENT_MARK}\n`) ? body.slice(COMMENT_MARK.length + 1) : body;
  return `${markFor(key)}\n${text}`;
}

async function findComment(github: GitHub, number: number, mark: string): Promise<Comment | undefined> {
  for (let page = 1; ; page += 1) {
    const comments = await call<Comment[]>(
      github,
      'GET',
      `issues/${number}/comments?per_page=${PAGE}&page=${page}`,
    );
    const found = comments.find(({ body }) => body?.startsWith(`${mark}\n`));
    if (found || comments.length < PAGE) return found;
  }
}

/** Posts the body to a pull request, or puts it in place of what was posted there before. Returns its page. */
export async function postComment(
  github: GitHub,
  number: number,
  body: string,
  key: string | undefined,
): Promise<{ readonly url: string; readonly done: 'posted' | 'updated' | 'unchanged' }> {
  const text = marked(body, key);
  const known = await findComment(github, number, markFor(key));
  if (known?.body === text) return { url: known.html_url, done: 'unchanged' };
  const comment = known
    ? await call<Comment>(github, 'PATCH', `issues/comments/${known.id}`, { body: text })
    : await call<Comment>(github, 'POST', `issues/${number}/comments`, { body: text });
  return { url: comment.html_url, done: known ? 'updated' : 'posted' };
}
