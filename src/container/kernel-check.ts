import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assetPath } from '../assets.js';
import { withFile } from '../binary/bytes.js';
import { cubinFlaw, readCubin } from '../binary/cubin.js';
import { smName, splitArchs } from '../evaluate/arch.js';
import { Failure } from '../failure.js';
import { idOf } from '../fixes/roles.js';
import type { SourceTree } from '../source/tree.js';
import { Documents } from '../syntax/parser.js';
import { ASSETS, flawOf, unitText, wanted } from '../verify/compile/converters-unit.js';
import { type ConversionHeader, conversionHeaders } from '../verify/converters.js';
import { readPtx } from '../verify/ptx.js';
import type { ContextFile } from './context.js';
import type { PatchedTree } from './patched-tree.js';

const INSTRUCTION = 'cvt.rn.satfinite.e2m1x2.f32';

/** A header of conversions, to be compiled for one target: a row of `units.tsv`. */
export interface KernelUnit {
  readonly name: string;
  /** As nvcc names it: `121a`. */
  readonly target: string;
  readonly header: ConversionHeader;
  readonly want: 'hardware' | 'software';
}

/**
 * What the stage `kernels` compiles: each conversion header for each of the set's targets, and for plain sm_121
 * where the software conversion was applied. The proof's compile rung compiles the same units.
 */
export async function kernelUnits(
  tree: SourceTree,
  { receipt }: PatchedTree,
  arch: string,
): Promise<KernelUnit[]> {
  const documents = new Documents();
  try {
    const headers = await conversionHeaders(tree, documents);
    if (headers.length === 0) {
      throw new Failure('unavailable', 'this vLLM revision has no header of FP4 conversions to check', {
        why: 'the stage kernels needs vLLM v0.10.2 or later',
        next: 'choose a set with a later vLLM',
      });
    }
    const fix = receipt?.fixes.find(({ id }) => id === idOf('conversion'));
    const archs = [...new Set([...splitArchs(arch), ...(fix ? ['12.1'] : [])])];
    return headers.flatMap((header, at) =>
      archs.map((one) => ({
        name: `converters-${at}`,
        target: smName(one),
        header,
        want: wanted(one, fix?.options?.guard),
      })),
    );
  } finally {
    documents.dispose();
  }
}

/** Conversion instructions that the unit's code must hold. */
function instructions({ header, want }: KernelUnit): number {
  if (want === 'software') return 0;
  return header.converters.reduce((total, { asm }) => total + asm.outputs.length * 4, 0);
}

async function assets(below = ''): Promise<ContextFile[]> {
  const files: ContextFile[] = [];
  for (const entry of await readdir(join(assetPath(ASSETS), below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await assets(path)));
    else if (path.endsWith('.h')) {
      files.push({ path: `kernels/${path}`, text: await readFile(join(assetPath(ASSETS), path), 'utf8') });
    }
  }
  return files;
}

/** The folder `kernels` of the context. */
export async function unitFiles(units: readonly KernelUnit[]): Promise<ContextFile[]> {
  const sources = new Map(units.map(({ name, header }) => [name, unitText(header, header.file.path)]));
  const rows = units.map((unit) => [unit.name, unit.target, INSTRUCTION, instructions(unit)].join('\t'));
  return [
    { path: 'kernels/units.tsv', text: `${rows.join('\n')}\n` },
    ...[...sources].map(([name, text]) => ({ path: `kernels/${name}.cu`, text })),
    ...(await assets()),
  ];
}

/** The proof's own check of what came out of the container. A flaw is a `proof` Failure. */
export async function checkResult(units: readonly KernelUnit[], dir: string): Promise<void> {
  for (const { name, target, header, want } of units) {
    const ptx = await readFile(join(dir, `${name}.sm_${target}.ptx`), 'latin1').catch(() => '');
    const kernels = readPtx(ptx);
    const flaw =
      flawOf(kernels, header, want) ??
      cubinFlaw(
        await withFile(join(dir, `${name}.sm_${target}.cubin`), readCubin).catch(() => undefined),
        target,
        kernels.map((kernel) => kernel.name),
      );
    if (flaw === undefined) continue;
    throw new Failure('proof', `${header.file.path} for sm_${target}: ${flaw}`, {
      next: 'dgx-patch verify --stage compile shows it outside of a container',
    });
  }
}
