import { describe, expect, it } from 'vitest';
import { Programs } from '../../src/evaluate/cmake/program.js';
import { evaluateCMake } from '../../src/evaluate/evaluate.js';
import { evaluateWithCMake } from '../../src/verify/cmake/real.js';
import { cmakeHistory } from '../support/cmake-history.js';
import { hasMirror, without } from '../support/mirrors.js';

const ARCHS = ['12.1a', '12.1f', '12.0f', '12.0', '12.1', '12.0;12.1a'];
const CUDAS = ['13.0', '12.9', '12.8'];

/** Works through a list, a few at a time. */
async function each<T>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

describe(`every CMake of vLLM since v0.9.0${without('vllm')}`, () => {
  it.skipIf(!hasMirror('vllm')).each(CUDAS)(
    'is evaluated for CUDA %s as the real cmake evaluates it',
    { timeout: 3_600_000 },
    async (cuda) => {
      const sets = cmakeHistory();
      const programs = new Programs();
      const differing: string[] = [];
      let compared = 0;
      const cases = sets.flatMap((set) => ARCHS.map((arch) => ({ ...set, build: { cuda, arch } })));
      await each(cases, 2, async ({ revision, files, build }) => {
        const real = await evaluateWithCMake(files, build);
        if (!real) return;
        compared += 1;
        const own = await evaluateCMake(files, build, programs);
        if (JSON.stringify(own) !== JSON.stringify(real)) differing.push(`${revision} for ${build.arch}`);
      });
      process.stderr.write(
        `CUDA ${cuda}: ${sets.length} sets of CMake files, ${compared} evaluations compared with the real cmake, ` +
          `${differing.length} differ\n`,
      );
      expect(differing).toEqual([]);
      expect(compared).toBe(cases.length);
    },
  );
});
