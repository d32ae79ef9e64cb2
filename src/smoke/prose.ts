import type { Chat, Streamed } from './chat.js';
import { failed, passed, type Result, warned } from './check.js';
import { CAPITAL, GERMAN, plainAnswer, STORY } from './questions.js';
import { garbage } from './text.js';
import type { Language } from './words.js';

/** More than one GB10 can decode of any model for one request: the text was not made piece by piece. */
const IMPLAUSIBLE = 5000;

/** The thought may be in another language than the answer. */
function broken({ thought, answer }: Streamed, language: Language): string | undefined {
  const thinking = thought === '' ? undefined : garbage(thought);
  if (thinking) return `in its thought: ${thinking}`;
  return answer.trim() === '' && thought !== '' ? undefined : garbage(answer, language);
}

export async function streaming(chat: Chat): Promise<Result> {
  const said = await chat.stream(CAPITAL.text, 1024);
  const why = garbage(said.answer || said.thought);
  if (why) return failed(why);
  if (!said.whole) return failed('the stream ended without [DONE]');
  if (said.answer !== '' && !CAPITAL.answer.test(plainAnswer(said.answer)))
    return failed(`a wrong answer: ${JSON.stringify(said.answer.slice(0, 80))}`);
  return passed(`${said.pieces} pieces`);
}

/** A long answer is read to its end: kernels that are nearly right begin well. */
export async function longAnswer(chat: Chat): Promise<Result> {
  const said = await chat.stream(STORY, 1024);
  const why = broken(said, 'English');
  if (why) return failed(why);
  const rate = (said.tokens - 1) / ((said.last - (said.first ?? said.last)) / 1000);
  if (said.first === undefined || said.tokens < 2 || !Number.isFinite(rate))
    return warned('too few tokens to measure a speed');
  const words = `${said.thought} ${said.answer}`.trim().split(/\s+/).length;
  const text = `${words} words; ${rate.toFixed(1)} tok/s over ${said.tokens} tokens, first after ${(said.first / 1000).toFixed(2)} s`;
  return {
    ...(rate > IMPLAUSIBLE ? warned(`${text}: it came in one piece`) : passed(text)),
    tokensPerSecond: rate,
  };
}

/** A second language is other tokens and other experts. */
export async function secondLanguage(chat: Chat): Promise<Result> {
  const said = await chat.stream(GERMAN, 512);
  const why = broken(said, 'German');
  return why ? failed(why) : passed(JSON.stringify((said.answer || said.thought).trim().slice(0, 40)));
}
