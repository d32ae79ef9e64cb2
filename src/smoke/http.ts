import { Failure } from '../failure.js';

/** An answer of the server, read whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string | undefined;
  /** For one request, in milliseconds. */
  readonly timeout: number;
}

export function parseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Failure('usage', `${JSON.stringify(text)} is not a URL`, {
      next: 'for example: --url http://127.0.0.1:8888',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Failure('usage', '--url starts with http:// or https://', {
      next: `perhaps: --url http://${text.replace(/^\w+:\/\//, '')}`,
    });
  }
  return text.replace(/\/+$/, '').replace(/\/v1$/, '');
}

function request({ key, timeout }: Server, body: unknown): RequestInit {
  return {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeout),
  };
}

/** Asks the server; a body makes it a POST. Throws where nobody answers in time. */
export async function ask(server: Server, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`, request(server, body));
  return { status: response.status, text: await response.text() };
}

/** The events of a streamed answer, each with the milliseconds since the request. Ends at `[DONE]`. */
export async function* events(
  server: Server,
  path: string,
  body: unknown,
): AsyncGenerator<{ data: string; at: number }> {
  const start = performance.now();
  const response = await fetch(`${server.url}${path}`, request(server, body));
  if (response.status !== 200 || !response.body) {
    throw new Error(`status ${response.status}: ${(await response.text()).slice(0, 200)}`);
  }
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith('data:')) yield { data: line.slice(5).trim(), at: performance.now() - start };
    }
  }
}
