import { deterministic, knownAnswers } from './answers.js';
import { llamaBenchy } from './benchmark.js';
import { Chat, type Said } from './chat.js';
import { type Check, failed, type Result } from './check.js';
import type { Server } from './http.js';
import { findModel, health } from './probes.js';
import { longAnswer, secondLanguage, streaming } from './prose.js';
import { toolCall } from './tools.js';

export interface SmokeReport {
  readonly formatVersion: 1;
  readonly url: string;
  readonly model: string | null;
  readonly checks: readonly Check[];
  /** Every question and answer, in their order. */
  readonly said: readonly Said[];
}

const CHECKS: Readonly<Record<string, (chat: Chat) => Promise<Result>>> = {
  'known answers': knownAnswers,
  deterministic,
  streaming,
  'long answer': longAnswer,
  'second language': secondLanguage,
  'tool call': toolCall,
  benchmark: ({ server, model }) => llamaBenchy(server, model),
};

async function timed(name: string, probe: () => Promise<Result>): Promise<Check> {
  const start = performance.now();
  let result: Result;
  try {
    result = await probe();
  } catch (error) {
    result = failed((error as Error).message);
  }
  const { outcome, detail, ...figures } = result;
  const seconds = Number(((performance.now() - start) / 1000).toFixed(3));
  return { name, outcome, detail, seconds, ...figures };
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
  const chat = model === undefined ? undefined : new Chat(server, model);
  if (chat) {
    for (const [name, probe] of Object.entries(CHECKS)) {
      progress(`checking ${name}`);
      checks.push(await timed(name, () => probe(chat)));
    }
  }
  return { formatVersion: 1, url: server.url, model: model ?? null, checks, said: chat?.said ?? [] };
}
