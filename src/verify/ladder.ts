import { arch } from './arch.js';
import { compile } from './compile.js';
import { gpu } from './gpu.js';
import { judge } from './judge.js';
import { numerics } from './numerics.js';
import { parse } from './parse.js';
import { python } from './python.js';
import {
  type Bench,
  NotRun,
  type Rung,
  type RungResult,
  STAGES,
  type Stage,
  type Subject,
  settle,
} from './rung.js';
import { triton } from './triton.js';

const RUNGS: Readonly<Record<Stage, Rung>> = { parse, judge, arch, compile, numerics, python, triton, gpu };

/** Climbs the rungs that were asked for. A failed one does not stop the others: each has its own answer. */
export async function climb(subject: Subject, stages: readonly Stage[], bench: Bench): Promise<RungResult[]> {
  const results: RungResult[] = [];
  for (const stage of STAGES) {
    if (!stages.includes(stage)) {
      results.push(settle(stage, new NotRun('it was not asked for'), 0));
      continue;
    }
    bench.progress(`${subject.project}@${subject.revision}: ${stage}`);
    const started = performance.now();
    const checks = await RUNGS[stage](subject, bench);
    results.push(settle(stage, checks, Math.round((performance.now() - started) / 100) / 10));
  }
  return results;
}
