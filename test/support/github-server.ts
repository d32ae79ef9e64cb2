import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Comment {
  readonly id: number;
  body: string;
  readonly html_url: string;
}

export interface FakeGitHub {
  readonly url: string;
  readonly comments: Comment[];
  /** What code scanning was given. */
  readonly uploads: { commit_sha: string; ref: string; sarif: string }[];
  readonly tokens: Set<string | undefined>;
}

async function bodyOf(request: IncomingMessage): Promise<never> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as never;
}

/** As much of GitHub's REST API as the action calls, for owner/pins and pull request 7. */
export async function fakeGitHub(): Promise<FakeGitHub> {
  const comments: Comment[] = [];
  const uploads: FakeGitHub['uploads'] = [];
  const tokens = new Set<string | undefined>();
  const server = createServer(async (request, response) => {
    tokens.add(request.headers.authorization);
    const url = new URL(request.url!, 'http://localhost');
    const body = await bodyOf(request);
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const path = url.pathname.replace('/repos/owner/pins/', '');
    const edited = /^issues\/comments\/(\d+)$/.exec(path)?.[1];
    if (request.method === 'GET' && path === 'issues/7/comments') {
      const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get('per_page'))];
      answer(200, comments.slice((page - 1) * size, page * size));
    } else if (request.method === 'POST' && path === 'issues/7/comments') {
      const id = comments.length + 1;
      comments.push({ id, body: (body as { body: string }).body, html_url: `https://example.com/${id}` });
      answer(201, comments.at(-1));
    } else if (request.method === 'PATCH' && edited) {
      const comment = comments.find(({ id }) => id === Number(edited))!;
      comment.body = (body as { body: string }).body;
      answer(200, comment);
    } else if (request.method === 'POST' && path === 'code-scanning/sarifs') {
      uploads.push(body);
      answer(202, {});
    } else answer(404, { message: 'Not Found' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, comments, uploads, tokens };
}
