import { runProcess } from '../container/process.js';
import { failed, passed, type Result, skipped } from './check.js';
import type { Server } from './http.js';

/** The community's benchmark, with sizes that take seconds: skipped where it is not installed. */
export async function llamaBenchy({ url }: Server, model: string): Promise<Result> {
  const sizes = ['--pp', '512', '--tg', '32', '--runs', '1'];
  const { code, stdout, stderr } = await runProcess([
    'llama-benchy',
    '--base-url',
    `${url}/v1`,
    '--model',
    model,
    ...sizes,
  ]);
  if (code === 127) return skipped('llama-benchy is not installed (pip install llama-benchy)');
  if (code !== 0) return failed(`llama-benchy ended with ${code}: ${stderr.trim().slice(-200)}`);
  return passed(stdout.trim().split('\n').slice(-4).join(' | '));
}
