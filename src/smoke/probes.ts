import { z } from 'zod';
import { type Answer, ask, events, type Server } from './http.js';
import { garbage } from './text.js';

/** What came of one check. `skipped` says why it was not run. */
export interface Check {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
  readonly seconds: number;
  readonly tokensPerSecond?: number;
}

type Result = Omit<Check, 'name' | 'seconds'>;

const passed = (detail: string): Result => ({ outcome: 'passed', detail });
const failed = (detail: string): Result => ({ outcome: 'failed', detail });

const models = z.object({ data: z.array(z.object({ id: z.string() })).min(1) });
const part = z.object({
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  tool_calls: z
    .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
    .nullish(),
});
const completion = z.object({ choices: z.array(z.object({ message: part })).min(1) });
const chunk = z.object({
  choices: z.array(z.object({ delta: part })),
  usage: z.object({ completion_tokens: z.number() }).nullish(),
});

const QUESTION = 'What is the capital of France? Answer with the name of the city.';
const ANSWER = /\bParis\b/i;

const refused = ({ status, text }: Answer): string => `status ${status}: ${text.slice(0, 200)}`;

function chat(model: string, content: string, more: object = {}): object {
  return { model, messages: [{ role: 'user', content }], temperature: 0, seed: 0, max_tokens: 256, ...more };
}

/** What a model said, its reasoning included: a reasoning model may spend all tokens there. */
function said(message: z.infer<typeof part>): string {
  return [message.reasoning_content ?? message.reasoning ?? '', message.content ?? ''].join('');
}

/** The model that the checks talk to: the one asked for, else the first that the server has. */
export async function findModel(
  server: Server,
  wanted: string | undefined,
): Promise<Result & { model?: string }> {
  const answer = await ask(server, '/v1/models');
  if (answer.status !== 200) return failed(refused(answer));
  const list = models.safeParse(JSON.parse(answer.text));
  if (!list.success) return failed('the list of models is empty');
  const ids = list.data.data.map(({ id }) => id);
  const model = wanted ?? ids[0]!;
  if (!ids.includes(model)) return failed(`${model} is not served; these are: ${ids.join(', ')}`);
  return { ...passed(ids.join(', ')), model };
}

export async function health(server: Server): Promise<Result> {
  const answer = await ask(server, '/health');
  return answer.status === 200 ? passed('status 200') : failed(refused(answer));
}

/** The same question twice, without chance: a right answer, and the same one. */
export async function deterministic(server: Server, model: string): Promise<Result> {
  const texts: string[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    const answer = await ask(server, '/v1/chat/completions', chat(model, QUESTION));
    if (answer.status !== 200) return failed(refused(answer));
    const text = said(completion.parse(JSON.parse(answer.text)).choices[0]!.message);
    const why = garbage(text);
    if (why) return failed(why);
    if (!ANSWER.test(text)) return failed(`a wrong answer: ${JSON.stringify(text.slice(0, 80))}`);
    texts.push(text);
  }
  if (texts[0] !== texts[1]) return failed('two answers to one question differ at temperature 0');
  return passed(JSON.stringify(texts[0]!.slice(-40)));
}

export async function streaming(server: Server, model: string): Promise<Result> {
  let text = '';
  let pieces = 0;
  let done = false;
  for await (const { data } of events(
    server,
    '/v1/chat/completions',
    chat(model, QUESTION, { stream: true }),
  )) {
    if (data === '[DONE]') done = true;
    else {
      const delta = chunk.parse(JSON.parse(data)).choices[0]?.delta;
      const piece = delta ? said(delta) : '';
      if (piece !== '') pieces += 1;
      text += piece;
    }
  }
  const why = garbage(text);
  if (why) return failed(why);
  if (!done) return failed('the stream ended without [DONE]');
  if (!ANSWER.test(text)) return failed(`a wrong answer: ${JSON.stringify(text.slice(0, 80))}`);
  return passed(`${pieces} pieces`);
}

const TOOL = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/** A server without a parser for tool calls says so; that is its configuration, and no fault. */
export async function toolCall(server: Server, model: string): Promise<Result> {
  const body = chat(model, 'What is the weather in Paris now? Use the tool.', {
    tools: [TOOL],
    tool_choice: 'auto',
  });
  const answer = await ask(server, '/v1/chat/completions', body);
  if (answer.status === 400 && /tool/i.test(answer.text)) {
    return {
      outcome: 'skipped',
      detail: 'the server was started without --enable-auto-tool-choice and --tool-call-parser',
    };
  }
  if (answer.status !== 200) return failed(refused(answer));
  const { message } = completion.parse(JSON.parse(answer.text)).choices[0]!;
  const call = message.tool_calls?.[0]?.function;
  if (!call) return failed(`no tool call, but ${JSON.stringify(said(message).slice(0, 80))}`);
  if (call.name !== 'get_weather') return failed(`a call of ${call.name}, which was not offered`);
  const given = z.object({ city: z.string() }).safeParse(safeJson(call.arguments));
  return given.success
    ? passed(`get_weather(${given.data.city})`)
    : failed(`its arguments are ${call.arguments.slice(0, 80)}`);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Decode speed of one request: tokens after the first, over the time since the first. */
export async function throughput(server: Server, model: string): Promise<Result> {
  const body = chat(model, 'Tell a long story about a lighthouse.', {
    stream: true,
    stream_options: { include_usage: true },
  });
  let first: number | undefined;
  let last = 0;
  let pieces = 0;
  let counted: number | undefined;
  for await (const { data, at } of events(server, '/v1/chat/completions', body)) {
    if (data === '[DONE]') continue;
    const event = chunk.parse(JSON.parse(data));
    counted = event.usage?.completion_tokens ?? counted;
    if (!event.choices[0] || said(event.choices[0].delta) === '') continue;
    first ??= at;
    last = at;
    pieces += 1;
  }
  const tokens = counted ?? pieces;
  if (first === undefined || tokens < 2 || last <= first) return failed('too few tokens to measure');
  const rate = (tokens - 1) / ((last - first) / 1000);
  return {
    ...passed(`${rate.toFixed(1)} tok/s over ${tokens} tokens, first after ${(first / 1000).toFixed(2)} s`),
    tokensPerSecond: rate,
  };
}
