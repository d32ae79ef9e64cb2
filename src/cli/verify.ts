import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parseArch, splitArchs } from '../evaluate/arch.js';
import { EXIT, Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { AUTO, type BuildWish } from '../judge/build-for.js';
import { warningsOn } from '../judge/counsel.js';
import { toDo } from '../judge/review.js';
import { proofText } from '../report/proof-text.js';
import type { Build } from '../source/build.js';

import { climb } from '../verify/ladder.js';
import { type Proof, proofOf, treeHash } from '../verify/proof.js';
import { STAGES, type Stage, type Subject } from '../verify/rung.js';
import { findPatched, type Patched, patchedSubject, plannedSubject } from '../verify/subject.js';
import { TARGETS, targetsOf } from '../verify/targets.js';
import { nvccVersion } from '../verify/toolchain.js';
import { Workspace } from '../verify/workspace.js';
import { isInstalled, withPackages } from './installed.js';
import { installedSubject } from './installed-subject.js';
import type { Io } from './io.js';
import { addCommonOptions, type CommonOptions } from './options.js';
import { judgeTarget, openTargets, type Request, readRequest } from './request.js';
import { toolVersion } from './version.js';
import { sayWarnings } from './warnings.js';

interface VerifyOptions extends CommonOptions {
  readonly dir?: string;
  readonly stage?: string;
  readonly python: string;
  readonly sitePackages?: string;
  readonly keep?: string;
  readonly software?: boolean;
  readonly cmake?: boolean;
}

function stagesOf(list: string | undefined): readonly Stage[] {
  if (list === undefined) return STAGES;
  return list.split(',').map((name) => {
    const stage = STAGES.find((known) => known === name.trim());
    if (stage) return stage;
    throw new Failure('usage', `there is no stage ${JSON.stringify(name)}`, {
      next: `stages: ${STAGES.join(', ')}`,
    });
  });
}

function archsOf(list: string): readonly string[] {
  const archs = splitArchs(list);
  const odd = archs.find((name) => parseArch(name) === undefined || name.endsWith('+PTX'));
  if (odd === undefined) return archs;
  throw new Failure('usage', `${JSON.stringify(odd)} is not a target`, {
    next: 'for example: --arch 12.1,12.1a,12.0f',
  });
}

async function prove(subject: Subject, { mirrors }: Request, options: VerifyOptions, io: Io): Promise<Proof> {
  const archs = options.arch === undefined ? await targetsOf(subject) : archsOf(options.arch);
  const workspace = await Workspace.open(options.keep);
  try {
    const rungs = await climb(subject, stagesOf(options.stage), {
      workspace,
      archs,
      python: options.python,
      cutlass: mirrors.get('cutlass') ?? [],
      cmake: options.cmake ?? false,
      software: options.software ?? false,
      progress: io.progress,
    });
    const key = {
      tree: await treeHash(subject),
      tool: toolVersion(),
      compiler: (await nvccVersion()) ?? 'none',
    };
    return proofOf(subject, archs, key, rungs, new Date());
  } finally {
    await workspace.close();
  }
}

/** What a tree without a receipt is taken to be built for, where nobody says: GB10's own target. */
function nativeBuild({ cuda = '13.0', arch }: BuildWish): Build {
  return { cuda, arch: arch === undefined || arch === AUTO ? '12.1a' : arch };
}

async function provePatched(
  patched: Patched,
  request: Request,
  options: VerifyOptions,
  io: Io,
): Promise<Proof> {
  const { project } = patched.receipt.target;
  sayWarnings(await warningsOn(patched.tree, project, patched.receipt.build, []), io);
  const codemods = selectCodemods(request.fixes, project, request.selection);
  const proof = await prove(patchedSubject(patched, codemods), request, options, io);
  await mkdir(patched.root.state, { recursive: true });
  await writeFile(join(patched.root.state, 'proof.json'), `${JSON.stringify(proof, null, 2)}\n`);
  return proof;
}

async function proveTargets(request: Request, options: VerifyOptions, io: Io): Promise<Proof[]> {
  const targets = await openTargets(request, io);
  try {
    const proofs: Proof[] = [];
    for (const target of targets) {
      const judged = await judgeTarget(target, request);
      const { build } = judged;
      const outcomes = toDo(judged);
      if (target.url === undefined) {
        sayWarnings(await warningsOn(target.tree, target.project, build, outcomes), io);
      }
      const subject = plannedSubject({ target, build, outcomes, options: request.fixOptions });
      const keep =
        options.keep !== undefined && targets.length > 1
          ? { keep: join(options.keep, `${target.project}-${target.commit.slice(0, 12)}`) }
          : {};
      proofs.push(await prove(subject, request, { ...options, ...keep }, io));
    }
    return proofs;
  } finally {
    for (const target of targets) target.close();
  }
}

function provePackages(request: Request, options: VerifyOptions, io: Io): Promise<Proof[]> {
  return withPackages(request, options, io, async (opened) =>
    prove(await installedSubject(opened, request), request, options, io),
  );
}

async function verify(options: VerifyOptions, io: Io): Promise<number> {
  const named = (options.target?.length ?? 0) > 0 || options.set !== undefined;
  if (options.dir !== undefined && named) throw new Failure('usage', '--dir and --target exclude each other');
  stagesOf(options.stage);
  if (options.arch !== undefined) archsOf(options.arch);
  // One target is also what the tree is built for; of several, none is.
  const { arch, ...rest } = options;
  const request = await readRequest(arch !== undefined && splitArchs(arch).length === 1 ? options : rest);
  const proveAll = isInstalled(options.target) ? provePackages : proveTargets;
  const patched =
    options.dir === undefined ? undefined : await findPatched(options.dir, nativeBuild(request.wish));
  // A checkout without fixes is proved as a target is: with those that it would get.
  const proofs = patched
    ? [await provePatched(patched, request, options, io)]
    : await proveAll(request, options, io);
  if (options.json) io.out(`${JSON.stringify(proofs.length === 1 ? proofs[0] : proofs, null, 2)}\n`);
  else io.out(proofs.map((proof) => proofText(proof, io.colour)).join('\n'));
  return proofs.some(({ state }) => state === 'failed') ? EXIT.proof : EXIT.done;
}

export function verifyCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const command = addCommonOptions(program.command('verify'))
    .description('proves a patched tree: it parses, is judged right, compiles, and computes right')
    .option(
      '--dir <dir>',
      'a folder that fixes were applied to; the proof is kept beside its receipt; or a fork: what it would get',
    )
    .option('--stage <list>', `some of ${STAGES.join(', ')}`)
    .option('--python <program>', 'the interpreter whose torch, or installed package, is used', 'python3')
    .option('--site-packages <dir>', 'with <project>@installed: the folder that packages are in')
    .option('--cmake', 'arch: let the real cmake run the tree’s CMake as well, which may do anything')
    .option('--software', 'gpu: the software conversion only, also where the device has the instruction')
    .option('--keep <dir>', 'leave sources, commands and logs here')
    .addHelpText(
      'after',
      '\nRuns code of the tree: compile, numerics and gpu compile and run its sources, python and triton load its Python.\nparse, judge and arch run nothing of it. See SECURITY.md.\n\nExamples:\n  dgx-patch verify --target vllm@v0.16.0 --stage parse,judge,arch\n  dgx-patch verify --dir ./vllm-spark --mirror cutlass=/srv/git/cutlass.git --python ./venv/bin/python --keep ./proof',
    )
    .action(async (options: VerifyOptions) => exit(await verify(options, io)));
  const arch = command.options.find(({ long }) => long === '--arch');
  if (arch)
    arch.description = `targets to compile for (default: ${TARGETS.join(',')}, the plain one only where the tree is made for it); a single one is the build’s as well`;
}
