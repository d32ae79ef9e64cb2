import { z } from 'zod';
import { ask, events, type Server } from './http.js';

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

/** What a model said: the answer, and what a reasoning model thought before it. */
export interface Said {
  readonly question: string;
  readonly thought: string;
  readonly answer: string;
}

export interface Called {
  readonly name: string;
  readonly arguments: string;
}

export interface Streamed extends Said {
  readonly pieces: number;
  /** Tokens by the server's own count, else pieces. */
  readonly tokens: number;
  /** Milliseconds since the request of the first and the last piece. */
  readonly first: number | undefined;
  readonly last: number;
  /** Its last event came. */
  readonly whole: boolean;
}

/** The server refused: `status` and the begin of its words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(`status ${status}: ${text.slice(0, 200)}`);
  }
}

/** JSON of an interface, or an error that shows what came instead. */
export function read<T>(schema: z.ZodType<T>, text: string): T {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error(`not JSON: ${JSON.stringify(text.slice(0, 80))}`);
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new Error(`not an answer of this interface: ${text.slice(0, 80)}`);
}

/** Without a parser for it, a model's thought stands in the answer. */
function split(message: z.infer<typeof part>): { thought: string; answer: string } {
  const text = message.content ?? '';
  const own = /^\s*<think>([\s\S]*?)(?:<\/think>|$)/.exec(text);
  const thought = message.reasoning_content ?? message.reasoning ?? own?.[1] ?? '';
  return { thought, answer: own ? text.slice(own[0].length) : text };
}

/** Asks one model, without chance, and keeps what was said. */
export class Chat {
  readonly said: Said[] = [];

  constructor(
    readonly server: Server,
    readonly model: string,
  ) {}

  async ask(question: string, more: object = {}): Promise<Said & { readonly calls: readonly Called[] }> {
    const answer = await ask(this.server, '/v1/chat/completions', this.#body(question, more));
    if (answer.status !== 200) throw new Refused(answer.status, answer.text);
    const { message } = read(completion, answer.text).choices[0]!;
    const said = { question, ...split(message) };
    this.said.push(said);
    return { ...said, calls: (message.tool_calls ?? []).map((call) => call.function) };
  }

  async stream(question: string, tokens: number): Promise<Streamed> {
    const more = { stream: true, stream_options: { include_usage: true }, max_tokens: tokens };
    const all = { content: '', reasoning_content: '' };
    const state = { pieces: 0, last: 0, whole: false };
    let first: number | undefined;
    let counted: number | undefined;
    for await (const { data, at } of events(
      this.server,
      '/v1/chat/completions',
      this.#body(question, more),
    )) {
      if (data === '[DONE]') {
        state.whole = true;
        continue;
      }
      const event = read(chunk, data);
      counted = event.usage?.completion_tokens ?? counted;
      const delta = event.choices[0]?.delta;
      const thought = delta?.reasoning_content ?? delta?.reasoning ?? '';
      if (!delta || `${thought}${delta.content ?? ''}` === '') continue;
      all.content += delta.content ?? '';
      all.reasoning_content += thought;
      first ??= at;
      state.last = at;
      state.pieces += 1;
    }
    const text = all.reasoning_content === '' ? { content: all.content } : all;
    const said = { question, ...split(text) };
    this.said.push(said);
    return { ...said, ...state, first, tokens: counted ?? state.pieces };
  }

  #body(content: string, more: object): object {
    const messages = [{ role: 'user', content }];
    return { model: this.model, messages, temperature: 0, seed: 0, max_tokens: 1024, ...more };
  }
}
