import { readFile } from 'node:fs/promises';
import { withFile } from '../../binary/bytes.js';
import { cubinFlaw, readCubin } from '../../binary/cubin.js';
import { smName } from '../../evaluate/arch.js';
import { type KernelCode, readPtx } from '../ptx.js';
import type { Workspace } from '../workspace.js';

export interface Tools {
  readonly nvcc: string;
  readonly ptxas: string;
}

/** One source, compiled for one target. */
export interface Unit {
  readonly label: string;
  readonly source: string;
  readonly arch: string;
  readonly flags: readonly string[];
}

export interface Compiled {
  readonly unit: Unit;
  /** Undefined where it does not compile to PTX. */
  readonly kernels: readonly KernelCode[] | undefined;
  /** Why it failed: the first error line, and the command to repeat it. */
  readonly error: string | undefined;
  /** The machine code's file. */
  readonly cubin: string;
}

/** The first line that names an error; compilers print notes and warnings before it. */
export function firstError(output: string): string {
  const lines = output.split('\n').filter((line) => /\berror\b|fatal|cannot|Error/i.test(line));
  return (lines[0] ?? output.trim().split('\n').at(-1) ?? '').trim().slice(0, 400);
}

/**
 * nvcc to PTX, then ptxas to machine code. In two steps, so that the PTX can be read, and so that no other
 * target than the one named is compiled: `-arch=sm_121a` alone adds a pass for plain compute_121.
 */
export async function compileUnit(unit: Unit, tools: Tools, workspace: Workspace): Promise<Compiled> {
  const sm = smName(unit.arch);
  const stem = `${unit.label}.sm_${sm}`;
  const ptx = workspace.path(`${stem}.ptx`);
  const cubin = workspace.path(`${stem}.cubin`);
  const front = await workspace.run(`${stem}.nvcc`, tools.nvcc, [
    '-ptx',
    `-gencode=arch=compute_${sm},code=compute_${sm}`,
    '-std=c++17',
    '-O3',
    ...unit.flags,
    '-o',
    ptx,
    unit.source,
  ]);
  if (front.code !== 0) {
    const error = `${firstError(front.stderr + front.stdout)} (to repeat it: ${front.command})`;
    return { unit, kernels: undefined, error, cubin };
  }
  const kernels = readPtx(await readFile(ptx, 'latin1'));
  const back = await workspace.run(`${stem}.ptxas`, tools.ptxas, [`-arch=sm_${sm}`, '-O3', '-o', cubin, ptx]);
  const repeat = `(to repeat it: ${front.command} && ${back.command})`;
  if (back.code !== 0) {
    return { unit, kernels, error: `${firstError(back.stderr + back.stdout)} ${repeat}`, cubin };
  }
  const names = kernels.map(({ name }) => name);
  const flaw = cubinFlaw(await withFile(cubin, readCubin), sm, names);
  return { unit, kernels, error: flaw && `ptxas made a file that ${flaw} ${repeat}`, cubin };
}
