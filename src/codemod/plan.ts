import { Failure, machineFailure, TooLarge } from '../failure.js';
import type { Build } from '../source/build.js';
import type { Edit } from '../source/edits.js';
import { byPath, EditError, type EditedFile, editFile, overlaps } from '../source/edits.js';
import { lineNumber } from '../source/text.js';
import { decide } from './decide.js';
import { effectOf, isIdle } from './effect-of.js';
import type { Codemod, JudgeContext, Outcome, Plan, Site, Spot } from './types.js';
import { UNJUDGED, type Verdict } from './verdict.js';

/** What `plan` needs of the outside: a context for each codemod, on the tree with edits laid over it. */
export interface Workbench {
  readonly build: Build;
  context(codemod: Codemod, edits: readonly Edit[]): JudgeContext;
}

const spotOf = ({ file: { path, text }, offset, state, what }: Site): Spot => ({
  path,
  line: lineNumber(text, offset),
  offset,
  state,
  what,
});

/** What a fix says about a tree, and the edits that it makes there. */
export type Proposal = Omit<Outcome, 'codemod'>;

/** Where proposals come from: `propose`, or a memory in front of it. */
export type Propose = (codemod: Codemod, context: JudgeContext) => Promise<Proposal>;

/**
 * Judges one tree with one fix, and rewrites what is wrong. A judge that stops has met a source that it does
 * not know: that is drift of this fix, and not the end of the others.
 */
export async function propose(codemod: Codemod, context: JudgeContext): Promise<Proposal> {
  try {
    return await judgeAndRewrite(codemod, context);
  } catch (error) {
    return stopped(error);
  }
}

/** What the end of a judge by an error says. Of the machine, a program, a file or the network, nothing: it is thrown. */
function stopped(error: unknown): Proposal {
  const nothing = { sites: [], evidence: [], edits: [] };
  if (error instanceof TooLarge) return { verdict: UNJUDGED, reason: error.message, ...nothing };
  if (error instanceof RangeError && /call stack|string length|array length/i.test(error.message)) {
    return { verdict: UNJUDGED, reason: `${TooLarge.WORDS}: the source nests too deep`, ...nothing };
  }
  if (!(error instanceof Error) || error instanceof Failure || 'code' in error) throw error;
  const failure = machineFailure(error);
  if (failure) throw failure;
  const reason = `the judge stopped at ${error.name}: ${error.message}`;
  return { verdict: 'drifted', reason, ...nothing };
}

async function judgeAndRewrite(codemod: Codemod, context: JudgeContext): Promise<Proposal> {
  const finding = await codemod.judge(context);
  const { verdict, reason } = decide(finding);
  const evidence = finding.evidence ?? [];
  const found = finding.sites ?? [];
  const sites = found.map(spotOf);
  if (verdict !== 'needed') return { verdict, reason, sites, evidence, edits: [] };
  const wrong = found.filter((site) => site.state === 'wrong');
  const edits = await codemod.rewrite(wrong, context);
  const fault = edits.length === 0 ? 'the rewrite made no edit' : await faultOf(edits, context);
  if (fault !== undefined) return { verdict: 'drifted', reason: fault, sites, evidence, edits: [] };
  return { verdict, reason, sites, evidence, edits };
}

/** Why edits cannot be made at all, or undefined where they can. */
async function faultOf(edits: readonly Edit[], { tree }: JudgeContext): Promise<string | undefined> {
  try {
    await editedFiles([{ edits }], (path) => tree.read(path));
    return undefined;
  } catch (error) {
    if (error instanceof EditError) return error.message;
    throw error;
  }
}

/** Why edits do not reach the goal state. */
interface Flaw {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** The second judgement: undefined where the edited tree is right. */
async function flaw(codemod: Codemod, context: JudgeContext, from: Propose): Promise<Flaw | undefined> {
  const { verdict, reason } = await from(codemod, context);
  if (verdict === 'applied' || verdict === 'upstreamed') return undefined;
  return { verdict, reason: `the edited tree is judged ${verdict} again (${reason})` };
}

function withheld(outcome: Outcome, verdict: Verdict, reason: string): Outcome {
  return { ...outcome, verdict, reason, edits: [] };
}

/** The outcome with its edits taken back. What could not be judged again was not judged. */
function flawed(outcome: Outcome, { verdict, reason }: Flaw, otherwise: 'drifted' | 'conflicting'): Outcome {
  return withheld(outcome, verdict === UNJUDGED ? UNJUDGED : otherwise, reason);
}

/** Outcomes whose edits want the same bytes become `conflicting`, all of them. */
function settleOverlaps(outcomes: readonly Outcome[]): Outcome[] {
  const clashes = new Map<Outcome, Outcome>();
  for (const [index, outcome] of outcomes.entries()) {
    for (const other of outcomes.slice(index + 1)) {
      if (outcome.edits.some((edit) => other.edits.some((theirs) => overlaps(edit, theirs)))) {
        clashes.set(outcome, other).set(other, outcome);
      }
    }
  }
  return outcomes.map((outcome) => {
    const other = clashes.get(outcome);
    return other ? withheld(outcome, 'conflicting', `${other.codemod.id} edits the same bytes`) : outcome;
  });
}

type Edits = (outcome: Outcome) => readonly Edit[];
/** The edits that are made beside an outcome's own, of all these outcomes. */
type Beside = (outcomes: readonly Outcome[]) => Edits;

/** Flaws of all needed outcomes, each judged on the tree with the edits that `edits` gives for it. */
async function flaws(
  outcomes: readonly Outcome[],
  edits: Edits,
  workbench: Workbench,
  from: Propose,
): Promise<Map<Outcome, Flaw>> {
  const found = new Map<Outcome, Flaw>();
  await Promise.all(
    outcomes
      .filter((outcome) => outcome.verdict === 'needed')
      .map(async (outcome) => {
        const context = workbench.context(outcome.codemod, edits(outcome));
        const own = await flaw(outcome.codemod, context, from);
        if (own) found.set(outcome, own);
      }),
  );
  return found;
}

const editsOf = (outcomes: readonly Pick<Outcome, 'edits'>[]): Edit[] =>
  outcomes.flatMap((outcome) => outcome.edits);

export interface PlanOptions {
  /** Ask for the effect of every outcome. */
  readonly effects?: boolean;
  /** False: outcomes without effect are not carried out, so the others must reach their goal without them. */
  readonly full?: boolean;
}

/** Outcomes with their effects on the tree that they were judged on. */
export function withEffects(outcomes: readonly Outcome[], workbench: Workbench): Promise<Outcome[]> {
  return Promise.all(
    outcomes.map(async (outcome) => {
      const effect = await effectOf(outcome, workbench.context(outcome.codemod, []));
      return effect === undefined ? outcome : { ...outcome, effect };
    }),
  );
}

/**
 * Judges every codemod, rewrites what is needed, and judges again with all edits together. Nothing is
 * written. A fix that does not reach its goal state alone is `drifted`; one that does so alone but not
 * beside the others is `conflicting`.
 */
export async function plan(
  codemods: readonly Codemod[],
  workbench: Workbench,
  from: Propose = propose,
  { effects = false, full = true }: PlanOptions = {},
): Promise<Plan> {
  const { build } = workbench;
  const proposed = codemods.map(async (codemod) => ({
    codemod,
    ...(await from(codemod, workbench.context(codemod, []))),
  }));
  const settled = settleOverlaps(await Promise.all(proposed));
  const judged = effects ? await withEffects(settled, workbench) : settled;
  const beside: Beside = (outcomes) => (outcome) =>
    editsOf(outcomes.filter((other) => other === outcome || full || !isIdle(other)));
  if ((await flaws(judged, beside(judged), workbench, from)).size === 0) return { build, outcomes: judged };

  const alone = await flaws(judged, (outcome) => outcome.edits, workbench, from);
  const sound = judged.map((outcome) => {
    const own = alone.get(outcome);
    return own ? flawed(outcome, { ...own, reason: `${own.reason}: nothing is edited` }, 'drifted') : outcome;
  });
  return { build, outcomes: await settleFlaws(sound, beside, workbench, from) };
}

/** Withholds what does not reach its goal beside the others, until all that is left does. */
async function settleFlaws(
  outcomes: readonly Outcome[],
  beside: Beside,
  workbench: Workbench,
  from: Propose,
): Promise<readonly Outcome[]> {
  const together = await flaws(outcomes, beside(outcomes), workbench, from);
  if (together.size === 0) return outcomes;
  const left = outcomes.map((outcome) => {
    const own = together.get(outcome);
    return own
      ? flawed(outcome, { ...own, reason: `beside the other fixes, ${own.reason}` }, 'conflicting')
      : outcome;
  });
  return settleFlaws(left, beside, workbench, from);
}

/** The files that some outcomes edit, before and after. */
export async function editedFiles(
  outcomes: readonly Pick<Outcome, 'edits'>[],
  read: (path: string) => Promise<{ readonly text: string } | undefined>,
): Promise<EditedFile[]> {
  const edits = byPath(editsOf(outcomes));
  return Promise.all(
    [...edits.keys()].sort().map(async (path) => {
      const before = (await read(path))?.text;
      return { path, before, after: editFile(before, edits.get(path)!) };
    }),
  );
}
