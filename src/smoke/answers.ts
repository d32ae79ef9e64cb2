import type { Chat, Said } from './chat.js';
import { failed, passed, type Result, warned } from './check.js';
import { CAPITAL, KNOWN, plainAnswer, type Question } from './questions.js';
import { garbage } from './text.js';

const quoted = (text: string): string => JSON.stringify(text.trim().slice(0, 80));

/** Why an answer is not the right one; undefined where it is. */
function wrong({ answer, thought }: Said, question: Question): string | undefined {
  const thinking = thought === '' ? undefined : garbage(thought);
  if (thinking) return `in its thought: ${thinking}`;
  if (answer.trim() === '' && thought !== '') return undefined;
  const why = garbage(answer);
  if (why) return why;
  return question.answer.test(plainAnswer(answer)) ? undefined : `a wrong answer: ${quoted(answer)}`;
}

/** Facts, arithmetic and a second language: each answer is right as a whole. */
export async function knownAnswers(chat: Chat): Promise<Result> {
  let unfinished = 0;
  for (const question of KNOWN) {
    const said = await chat.ask(question.text);
    const why = wrong(said, question);
    if (why) return failed(`${question.text.split('?')[0]}? ${why}`);
    if (said.answer.trim() === '') unfinished += 1;
  }
  if (unfinished > 0)
    return warned(`${unfinished} of ${KNOWN.length} answers did not come: the model still thought`);
  return passed(`${KNOWN.length} of ${KNOWN.length} right`);
}

/** The same question twice, without chance. */
export async function deterministic(chat: Chat): Promise<Result> {
  const first = await chat.ask(CAPITAL.text);
  const second = await chat.ask(CAPITAL.text);
  const text = ({ thought, answer }: Said): string => `${thought}${answer}`;
  if (text(first) !== text(second)) return failed('two answers to one question differ at temperature 0');
  const why = wrong(first, CAPITAL);
  return why ? failed(why) : passed(quoted(first.answer || first.thought));
}
