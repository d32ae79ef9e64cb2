import { llamaBenchy } from './benchmark.js';
import type { Server } from './http.js';
import { type Check, deterministic, findModel, health, streaming, throughput, toolCall } from './probes.js';

export interface SmokeReport {
  readonly formatVersion: 1;
  readonly url: string;
  readonly model: string | null;
  readonly checks: readonly Check[];
}

type Probe = () => Promise<Omit<Check, 'name' | 'seconds'>>;

async function timed(name: string, probe: Probe): Promise<Check> {
  const start = performance.now();
  let result: Omit<Check, 'name' | 'seconds'>;
  try {
    result = await probe();
  } catch (error) {
    const { name: kind, message } = error as Error;
    result = {
      outcome: 'failed',
      detail: kind === 'ZodError' ? 'the answer is not one of this interface' : message,
    };
  }
  const { outcome, detail, ...figures } = result;
  return {
    name,
    outcome,
    detail,
    seconds: Number(((performance.now() - start) / 1000).toFixed(3)),
    ...figures,
  };
}

/** Checks a server that is up, one thing after the other. `wanted` names the model among several. */
export async function smoke(
  server: Server,
  wanted: string | undefined,
  progress: (line: string) => void,
): Promise<SmokeReport> {
  let model: string | undefined;
  const checks = [
    await timed('models', async () => {
      const { model: found, ...result } = await findModel(server, wanted);
      model = found;
      return result;
    }),
    await timed('health', () => health(server)),
  ];
  const named = model;
  if (named !== undefined) {
    const rest: Record<string, Probe> = {
      deterministic: () => deterministic(server, named),
      streaming: () => streaming(server, named),
      'tool call': () => toolCall(server, named),
      throughput: () => throughput(server, named),
      benchmark: () => llamaBenchy(server, named),
    };
    for (const [name, probe] of Object.entries(rest)) {
      progress(`checking ${name}`);
      checks.push(await timed(name, probe));
    }
  }
  return { formatVersion: 1, url: server.url, model: model ?? null, checks };
}
