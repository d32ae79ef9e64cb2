import { join } from 'node:path';
import type { Command } from 'commander';
import { applyOutcomes } from '../apply/apply.js';
import { withLock } from '../apply/mutex.js';
import { defaultOut, isOccupied, makeOut } from '../apply/out.js';
import type { Receipt } from '../apply/receipt.js';
import { recover } from '../apply/recover.js';
import { checkState } from '../apply/state.js';
import { openCheckout, type TreeRoot } from '../apply/tree-root.js';
import type { Outcome } from '../codemod/types.js';
import { BLOCKING, exitOf } from '../codemod/verdict.js';
import { EXIT, Failure } from '../failure.js';
import { buildFor } from '../judge/build-for.js';
import { warningsOn } from '../judge/counsel.js';
import { type Judged, toDo } from '../judge/review.js';
import { statusDocument } from '../report/document.js';
import { statusText } from '../report/status-text.js';
import { appliedText, leftOutText } from '../report/text.js';
import { warningLines } from '../report/warnings-text.js';
import type { Target } from '../revision/resolve.js';
import { withHistory } from '../revision/upstream.js';
import { WorkTree } from '../tree/work-tree.js';
import { type DiffOptions, showDiff } from './diff.js';
import { addInstalledOptions, isInstalled } from './installed.js';
import { type ApplyInstalledOptions, applyInstalled } from './installed-apply.js';
import { diffInstalled } from './installed-status.js';
import type { Io } from './io.js';
import { commandLine } from './next.js';
import { addCommonOptions, collectSomeIds } from './options.js';
import { judgeFor, openTargets, type Request, readRequest } from './request.js';
import { toolVersion } from './version.js';

export interface ApplyOptions extends DiffOptions {
  readonly out?: string;
  readonly dir?: string;
  /** False with --no-commit. */
  readonly commit: boolean;
  readonly dryRun?: boolean;
}

/** What the command line says of the way to apply, beside what it says of targets and fixes. */
interface Work {
  readonly target: Target;
  readonly request: Request;
  readonly commit: boolean;
  readonly io: Io;
}

interface Applied {
  readonly judged: Judged;
  readonly receipt: Receipt | undefined;
  /** Fixes that this run applied. */
  readonly fresh: readonly Outcome[];
}

function checkMode(earlier: Receipt | undefined, commit: boolean): void {
  if (earlier && (earlier.head !== undefined) !== commit) {
    throw new Failure(
      'tree',
      `the fixes there were applied ${earlier.head ? 'as commits' : 'without commits'}`,
      {
        next: `run it ${earlier.head ? 'without' : 'with'} --no-commit, or revert first`,
      },
    );
  }
}

/** A fix that leaves no mark of its own is known by the receipt: what it made right is right by our edit. */
function asApplied(outcome: Outcome, earlier: Receipt | undefined): Outcome {
  const ours = earlier?.fixes.some(({ id }) => id === outcome.codemod.id);
  return ours && outcome.verdict === 'upstreamed' ? { ...outcome, verdict: 'applied' } : outcome;
}

/** Judges what is on the disk and applies it. */
async function applyTo(root: TreeRoot, { target, request, commit, io }: Work): Promise<Applied> {
  const { project, revision, commit: at, pin } = target;
  const tree = new WorkTree(root.dir);
  const state = await checkState(root, at, (await buildFor({ project, pin, tree }, request.wish)).build);
  const found = await judgeFor({ project, pin, tree }, request);
  const ours = found.outcomes.map((outcome) => asApplied(outcome, state.receipt));
  const said = { ...found, outcomes: await withHistory(target, ours) };
  const { build } = said;
  const judged: Judged = { target, ...said, warnings: await warningsOn(tree, project, build, toDo(said)) };
  const outcomes = toDo(judged);
  const fresh = outcomes.filter(({ verdict }) => verdict === 'needed');
  if (fresh.length === 0 || outcomes.some(({ verdict }) => BLOCKING.has(verdict)))
    return { judged, receipt: state.receipt, fresh: [] };
  // What only commits tell of stays theirs: the new receipt starts at HEAD.
  const earlier = state.current ? state.receipt : undefined;
  checkMode(earlier, commit);
  io.progress(`applying ${fresh.length} fixes`);
  const receipt = await applyOutcomes({
    root,
    tree,
    target: earlier?.target ?? { project, revision, commit: at },
    build,
    outcomes,
    options: request.fixOptions,
    head: commit ? state.head : undefined,
    earlier,
    tool: toolVersion(),
  });
  return { judged, receipt, fresh };
}

async function applyInPlace(dir: string, work: Work, next?: string): Promise<Applied> {
  const root = await openCheckout(dir, next);
  return withLock(join(root.state, 'lock'), async () => {
    if (await recover(root)) work.io.err(`${dir}: an interrupted run was undone first\n`);
    return applyTo(root, work);
  });
}

class Blocked extends Error {
  constructor(readonly applied: Applied) {
    super('blocked');
  }
}

async function applyToOut(out: string, work: Work): Promise<Applied> {
  if (await isOccupied(out)) {
    return applyInPlace(out, work, 'it holds something else: choose another folder with --out');
  }
  try {
    return await makeOut(work.target, out, work.io.progress, async (root) => {
      const applied = await applyTo(root, work);
      if (applied.judged.outcomes.some(({ verdict }) => BLOCKING.has(verdict))) throw new Blocked(applied);
      return applied;
    });
  } catch (error) {
    if (error instanceof Blocked) return error.applied;
    throw error;
  }
}

/** The same command without the fixes that block. */
function nextLine(target: Target, blocked: readonly Outcome[], options: ApplyOptions): string {
  const { dir, out, commit } = options;
  return commandLine('apply', options, {
    targets: [`${target.project}@${target.revision}`],
    skip: blocked.map(({ codemod }) => codemod.id),
    more: [
      ...(dir === undefined ? [] : ['--dir', dir]),
      ...(out === undefined ? [] : ['--out', out]),
      ...(commit ? [] : ['--no-commit']),
    ],
  });
}

/** Applies to every target, each in its folder. Returns the exit code. */
export async function applyTargets(options: ApplyOptions, io: Io): Promise<number> {
  if (options.dir !== undefined && options.out !== undefined) {
    throw new Failure('usage', '--dir and --out exclude each other', {
      next: '--dir takes an existing checkout, --out makes a new one',
    });
  }
  if ((options.target?.length ?? 0) > 1 && (options.dir ?? options.out) !== undefined) {
    throw new Failure('usage', 'one folder takes one target', {
      next: 'leave --dir and --out out, or run it once a target',
    });
  }
  const request = await readRequest(options);
  const targets = await openTargets(request, io);
  try {
    let code: number = EXIT.done;
    for (const target of targets) {
      const folder = options.dir ?? options.out ?? defaultOut(target);
      const work = { target, request, commit: options.commit, io };
      const applied = await (options.dir === undefined ? applyToOut : applyInPlace)(folder, work);
      const { judged } = applied;
      const blocked = judged.outcomes.filter(({ verdict }) => BLOCKING.has(verdict));
      if (options.json) {
        const document = { ...statusDocument(judged), dir: folder, receipt: applied.receipt ?? null };
        io.out(`${JSON.stringify(document, null, 2)}\n`);
      } else if (blocked.length > 0) io.out(statusText(judged, io.colour));
      else {
        io.out(appliedText(folder, applied.fresh, applied.receipt, io.colour) + leftOutText(judged));
        for (const line of warningLines(judged.warnings ?? [], io.colour)) io.err(`${line}\n`);
      }
      if (blocked.length > 0) {
        io.err(`nothing was written: ${blocked.length} of the fixes cannot be applied\n`);
        io.err(`  next:    leave them out: ${nextLine(target, blocked, options)}\n`);
        code = Math.max(code, exitOf(blocked));
      }
    }
    return code;
  } finally {
    for (const target of targets) target.close();
  }
}

export function applyCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addInstalledOptions(addCommonOptions(program.command('apply')))
    .description('makes a checkout of the target with every needed fix, one commit a fix')
    .option('--out <dir>', 'the new checkout (default: ./<project>-<12 hex>)')
    .option('--dir <dir>', 'an existing checkout instead; without --target, what is checked out there')
    .option('--no-commit', 'leave the edits uncommitted in the work tree')
    .option('--dry-run', 'print the patch and write nothing (the same as diff)')
    .option('--if-needed', 'with an installed target: quiet, and at once, where nothing is to do')
    .option(
      '--require <ids>',
      'with an installed target: fail where one of these is not in place',
      collectSomeIds,
      [],
    )
    .option('--clear-jit-cache', 'with flashinfer@installed: remove the modules that the edits make stale')
    .option('--exit-code', 'with --dry-run: exit 1 where there is a difference')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch apply --target vllm@v0.16.0 --out ./vllm-spark\n  dgx-patch apply --target vllm@v0.16.0 --dir ./vllm --no-commit --skip vllm/software-e2m1\n  dgx-patch apply --target vllm@installed --python .venv/bin/python --if-needed --require vllm/integrated-memory',
    )
    .action(async (options: ApplyOptions & ApplyInstalledOptions) => {
      if (isInstalled(options.target)) {
        exit(await (options.dryRun ? diffInstalled(options, io) : applyInstalled(options, io)));
      } else exit(await (options.dryRun ? showDiff(options, io) : applyTargets(options, io)));
    });
}
