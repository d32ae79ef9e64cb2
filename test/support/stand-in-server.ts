import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** How the stand-in differs from a server that is well. */
export interface Manner {
  readonly model?: string;
  /** What it says to the question of the capital. */
  readonly answer?: (turn: number) => string;
  /** Health answers 503 that many times first. */
  readonly loading?: number;
  /** `none` has no parser for tool calls, `text` answers in words, `broken` gives bad arguments. */
  readonly tools?: 'none' | 'text' | 'broken';
  /** The stream ends without its last event. */
  readonly cutStream?: boolean;
  /** Text goes into the reasoning of the message. */
  readonly reasoning?: boolean;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text) as Record<string, unknown>;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A small server with the interface of `vllm serve`. Gives its URL; it ends with the test. */
export async function standIn(manner: Manner = {}): Promise<string> {
  const model = manner.model ?? 'mini/model';
  let turns = 0;
  let loading = manner.loading ?? 0;
  const message = (content: string) =>
    manner.reasoning ? { content: null, reasoning_content: content } : { content };

  async function stream(response: ServerResponse, text: string): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (data: string): void => void response.write(`data: ${data}\n\n`);
    const words = text.split(/(?<= )/);
    for (const word of words) {
      send(JSON.stringify({ choices: [{ delta: message(word) }] }));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    send(JSON.stringify({ choices: [], usage: { completion_tokens: words.length } }));
    if (!manner.cutStream) send('[DONE]');
    response.end();
  }

  function callTool(response: ServerResponse): void {
    if (manner.tools === 'none')
      json(response, 400, { message: '"auto" tool choice requires --enable-auto-tool-choice' });
    else if (manner.tools === 'text')
      json(response, 200, { choices: [{ message: message('It is sunny.') }] });
    else {
      const given = manner.tools === 'broken' ? '{"city": ' : '{"city": "Paris"}';
      const call = { function: { name: 'get_weather', arguments: given } };
      json(response, 200, { choices: [{ message: { content: null, tool_calls: [call] } }] });
    }
  }

  const server = createServer(async (request, response) => {
    if (request.url === '/health') {
      loading -= 1;
      response.writeHead(loading >= 0 ? 503 : 200).end();
    } else if (request.url === '/v1/models') json(response, 200, { data: [{ id: model }] });
    else {
      const body = await bodyOf(request);
      const question = JSON.stringify(body.messages);
      const text = question.includes('capital')
        ? (manner.answer?.(turns) ?? 'The city is Paris.')
        : 'Once there was a light by the sea.';
      turns += 1;
      if (body.tools) callTool(response);
      else if (body.stream) await stream(response, text);
      else json(response, 200, { choices: [{ message: message(text) }] });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
