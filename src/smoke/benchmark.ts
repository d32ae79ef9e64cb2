import { runProcess } from '../container/process.js';
import type { Server } from './http.js';
import type { Check } from './probes.js';

/** The community's benchmark, with sizes that take seconds: skipped where it is not installed. */
export async function llamaBenchy({ url }: Server, model: string): Promise<Omit<Check, 'name' | 'seconds'>> {
  const sizes = ['--pp', '512', '--tg', '32', '--runs', '1'];
  const { code, stdout, stderr } = await runProcess([
    'llama-benchy',
    '--base-url',
    `${url}/v1`,
    '--model',
    model,
    ...sizes,
  ]);
  if (code === 127)
    return { outcome: 'skipped', detail: 'llama-benchy is not installed (pip install llama-benchy)' };
  if (code !== 0)
    return { outcome: 'failed', detail: `llama-benchy ended with ${code}: ${stderr.trim().slice(-200)}` };
  return { outcome: 'passed', detail: stdout.trim().split('\n').slice(-4).join(' | ') };
}
