import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** How the stand-in differs from a server that is well. */
export interface Manner {
  readonly model?: string;
  /** What it says in place of the right answer; undefined leaves that. */
  readonly answer?: (question: string, turn: number, right: string) => string | undefined;
  /** Health answers 503 that many times first. */
  readonly loading?: number;
  /** `none` has no parser for tool calls, `text` answers in words, `broken` gives bad arguments. */
  readonly tools?: 'none' | 'text' | 'broken' | 'other';
  /** Bodies of answers that are no JSON. */
  readonly html?: boolean;
  /** All of a stream at once. */
  readonly atOnce?: boolean;
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

/** Prose of our own: a server that is well tells something like it. */
export const STORY = `There was once a lighthouse at the end of a long and narrow stretch of sand, and in it there lived
a keeper who had never been away from the sea for more than a day. Every evening she climbed the stairs with a lamp in
her hand, and every morning she came down again and wrote into a book what she had seen. One night a ship came out of
the fog, so near to the rocks that she could hear the voices of the men on board. She rang the bell until her arms were
tired, and at last the ship turned and went slowly back to the open water. In the morning a boat came to the shore, and
the captain thanked her with a small box in which there was nothing but a little sand from the other side of the world.`;
export const TAG = `Am Morgen gingen wir an das Meer, und der Wind war noch kalt. Die Kinder liefen zu den Wellen und kamen
mit nassen Füßen wieder zu uns. Am Mittag saßen wir in der Sonne und aßen Brot mit Käse, das wir aus der Stadt
mitgebracht hatten. Am Abend war das Wasser ganz still, und wir blieben, bis der Mond über der Bucht stand.`;

const RIGHT: readonly (readonly [RegExp, string])[] = [
  [/capital of France/, 'The capital of France is Paris.'],
  [/after Monday/, 'Tuesday'],
  [/17 \+ 25/, '42'],
  [/12 times 12/, '**144**'],
  [/Hauptstadt/, 'Rom.'],
  [/auf Deutsch/, TAG],
  [/lighthouse/, STORY],
];

const rightAnswer = (question: string): string =>
  RIGHT.find(([pattern]) => pattern.test(question))?.[1] ?? 'I do not know.';

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
    const words = text.split(/(?<=\s)/);
    for (const word of words) {
      send(JSON.stringify({ choices: [{ delta: message(word) }] }));
      if (!manner.atOnce) await new Promise((resolve) => setTimeout(resolve, 1));
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
      const name = manner.tools === 'other' ? 'rm' : 'get_weather';
      const given = manner.tools === 'broken' ? '{"city": ' : '{"city": "Paris"}';
      const call = { function: { name, arguments: given } };
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
      const question = (body.messages as { content: string }[])[0]!.content;
      const right = rightAnswer(question);
      const text = manner.answer?.(question, turns, right) ?? right;
      turns += 1;
      if (manner.html) response.writeHead(200).end('<html>a proxy</html>');
      else if (body.tools) callTool(response);
      else if (body.stream) await stream(response, text);
      else json(response, 200, { choices: [{ message: message(text) }] });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
