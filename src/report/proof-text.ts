import type { Proof } from '../verify/proof.js';
import type { Check, RungResult, State } from '../verify/rung.js';
import { fold, painter } from './text.js';

const WIDTH = 100;
/** A rung that passed with more checks than this shows only how many there were. */
const SHOWN = 8;

function lineOf({ what, detail }: Check): string {
  return detail === undefined ? what : `${what}: ${detail}`;
}

function rungLines(
  rung: RungResult,
  paint: Record<State, (text: string) => string>,
  dim: (text: string) => string,
): string[] {
  const time = rung.state === 'not run' ? '' : `${rung.seconds.toFixed(1)} s`;
  const lines = [
    `${rung.stage.padEnd(9)} ${paint[rung.state](rung.state.padEnd(8))} ${time.padStart(8)}`.trimEnd(),
  ];
  const indented = (text: string): string[] => fold(text, WIDTH - 4).map((line) => `    ${dim(line)}`);
  if (rung.checks.length === 0)
    return [...lines, ...(rung.reason === undefined ? [] : indented(rung.reason))];
  const telling = rung.checks.filter(({ state }) => state !== 'passed');
  const passed = rung.checks.filter(({ state }) => state === 'passed');
  for (const check of telling) lines.push(...indented(`${check.state}: ${lineOf(check)}`));
  if (passed.length > SHOWN) lines.push(...indented(`${passed.length} checks passed; --json has them`));
  else for (const check of passed) lines.push(...indented(lineOf(check)));
  return lines;
}

/** A proof in 100 columns: a row a rung, and below it what was looked at. */
export function proofText(proof: Proof, colour: boolean): string {
  const { needed, applied, drifted, dim, bold } = painter(colour);
  const paint = { passed: applied, failed: drifted, 'not run': needed };
  const { target, build, archs, key } = proof;
  const head = `${bold(`${target.project}@${target.revision}`)}  ${dim(target.commit.slice(0, 12))}  CUDA ${build.cuda}, arch ${build.arch}`;
  const about = `tree ${key.tree.slice(0, 12)}, dgx-patch ${key.tool}, nvcc ${key.compiler}, compiled for ${archs.join(', ')}`;
  return `${[head, dim(about), '', ...proof.rungs.flatMap((rung) => rungLines(rung, paint, dim))].join('\n')}\n`;
}
