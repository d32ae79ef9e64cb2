import { z } from 'zod';
import { read } from './chat.js';
import { failed, passed, type Result } from './check.js';
import { type Answer, ask, type Server } from './http.js';

const models = z.object({ data: z.array(z.object({ id: z.string() })) });

const refused = ({ status, text }: Answer): Result => failed(`status ${status}: ${text.slice(0, 200)}`);

/** The model that the checks talk to: the one asked for, else the first that the server has. */
export async function findModel(
  server: Server,
  wanted: string | undefined,
): Promise<Result & { model?: string }> {
  const answer = await ask(server, '/v1/models');
  if (answer.status !== 200) return refused(answer);
  const ids = read(models, answer.text).data.map(({ id }) => id);
  const model = wanted ?? ids[0];
  if (model === undefined) return failed('the list of models is empty');
  if (!ids.includes(model)) return failed(`${model} is not served; these are: ${ids.join(', ')}`);
  return { ...passed(ids.join(', ')), model };
}

export async function health(server: Server): Promise<Result> {
  const answer = await ask(server, '/health');
  return answer.status === 200 ? passed('status 200') : refused(answer);
}
