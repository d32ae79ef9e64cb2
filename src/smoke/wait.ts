import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.js';
import { ask, type Server } from './http.js';

/** From one question to the next: the first comes soon, for a server that is nearly up. */
const PAUSES = { first: 250, longest: 2000 };

/** Waits until the server is healthy: loading a model and capturing graphs takes minutes. */
export async function waitForServer(
  server: Server,
  seconds: number,
  progress: (line: string) => void,
): Promise<void> {
  const start = performance.now();
  let state = 'nobody listens';
  let pause = PAUSES.first;
  for (;;) {
    try {
      const { status } = await ask({ ...server, timeout: 10_000 }, '/health');
      if (status === 200) return;
      state = `it answers ${status}`;
    } catch (error) {
      const { cause, name } = error as Error & { cause?: { code?: string } };
      state =
        name === 'TimeoutError' ? 'it does not answer in 10 s' : `nobody listens (${cause?.code ?? name})`;
    }
    const waited = (performance.now() - start) / 1000;
    if (waited >= seconds) {
      throw new Failure('unavailable', `${server.url} is not ready after ${waited.toFixed(0)} s: ${state}`, {
        why: 'the model is still loading, or the server ended',
        next: 'read its log (docker logs <name>), or wait longer with --wait <seconds>',
      });
    }
    progress(`waiting for ${server.url}: ${state}, ${waited.toFixed(0)} s of ${seconds}`);
    await sleep(Math.min(pause, Math.max(0, seconds * 1000 - (performance.now() - start))));
    pause = Math.min(2 * pause, PAUSES.longest);
  }
}
