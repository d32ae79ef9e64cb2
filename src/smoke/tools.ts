import { z } from 'zod';
import { type Chat, Refused } from './chat.js';
import { failed, passed, type Result, skipped, warned } from './check.js';

const TOOL = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A server without a parser for tool calls says so; that is its configuration, and no fault. A model that
 * answers in words has chosen to.
 */
export async function toolCall(chat: Chat): Promise<Result> {
  const question = 'What is the weather in Paris now? Use the tool.';
  let said: Awaited<ReturnType<Chat['ask']>>;
  try {
    said = await chat.ask(question, { tools: [TOOL], tool_choice: 'auto' });
  } catch (error) {
    if (error instanceof Refused && error.status === 400 && /tool/i.test(error.message))
      return skipped('the server was started without --enable-auto-tool-choice and --tool-call-parser');
    throw error;
  }
  const call = said.calls[0];
  if (!call) return warned(`no tool call, but ${JSON.stringify(said.answer.trim().slice(0, 80))}`);
  if (call.name !== 'get_weather') return failed(`a call of ${call.name}, which was not offered`);
  const given = z.object({ city: z.string() }).safeParse(safeJson(call.arguments));
  return given.success
    ? passed(`get_weather(${given.data.city})`)
    : failed(`its arguments are ${call.arguments.slice(0, 80)}`);
}
