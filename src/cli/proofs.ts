import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.js';
import { reviewOf } from '../judge/review.js';
import { newsOf, problemsOf, readWholeProof, type WholeProof } from '../report/proof-check.js';
import type { Io } from './io.js';
import { addBuildOptions, type CommonOptions } from './options.js';
import { judgeTarget, openTargets, readRequest } from './request.js';

interface CheckOptions extends CommonOptions {
  readonly against: string;
}

async function read(file: string): Promise<WholeProof> {
  try {
    return readWholeProof(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Failure('usage', `${file} is not a proof of this version: ${(cause as Error).message}`, {
      next: 'make one: dgx-patch verify --dir <checkout> --json > proof.json',
      cause,
    });
  }
}

/** The proofs of a folder; others' JSON in it is passed over. */
async function knownProofs(dir: string): Promise<WholeProof[]> {
  if (!existsSync(dir)) return [];
  const files = (await readdir(dir)).filter((name) => name.endsWith('.json'));
  const proofs = await Promise.all(files.map((name) => read(join(dir, name)).catch(() => undefined)));
  return proofs.filter((proof) => proof !== undefined);
}

async function check(file: string, options: CheckOptions, io: Io): Promise<number> {
  const proof = await read(file);
  const { project, commit } = proof.target;
  const { cuda, arch } = proof.build;
  const request = await readRequest({ ...options, target: [`${project}@${commit}`], cuda, arch });
  const [target] = await openTargets(request, io);
  try {
    const review = await reviewOf(await judgeTarget(target!, request), target!.tree);
    const problems = problemsOf(proof, review);
    const news = newsOf(proof, await knownProofs(options.against));
    if (options.json) io.out(`${JSON.stringify({ file, target: proof.target, problems, news }, null, 2)}\n`);
    else {
      const rungs = proof.rungs.map(({ stage, state }) => `${stage} ${state}`).join(', ');
      const lines = [
        `${project}@${proof.target.revision}, ${proof.machine.device ?? 'no device'}: ${proof.state} (${rungs})`,
        ...problems.map((problem) => `  wrong: ${problem}`),
        ...news.map((one) => `  new:   ${one}`),
        ...(news.length === 0 ? ['  nothing in it is new'] : []),
      ];
      io.out(`${lines.join('\n')}\n`);
    }
    return problems.length === 0 ? EXIT.done : EXIT.blocked;
  } finally {
    target!.close();
  }
}

export function proofsCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const proofs = program.command('proofs').description('proofs that others made: take them, or say why not');
  addBuildOptions(proofs.command('check <file>'))
    .description(
      'is a proof about the tree that these fixes make, is it free of private names, and what is new in it',
    )
    .option('--against <dir>', 'the proofs that are known', 'proofs')
    .addHelpText('after', '\nExample:\n  dgx-patch proofs check proof.json --mirror vllm=/srv/git/vllm.git')
    .action(async (file: string, options: CheckOptions) => exit(await check(file, options, io)));
}
