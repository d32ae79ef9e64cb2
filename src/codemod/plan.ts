import { decide } from './decide.js';
import { byPath, EditError, editFile, overlaps } from './edits.js';
import { lineNumber } from './text.js';
import type { Build, Codemod, Edit, JudgeContext, Outcome, Plan, Site } from './types.js';

/** What `plan` needs of the outside: a context for each codemod, on the tree with edits laid over it. */
export interface Workbench {
  readonly build: Build;
  context(codemod: Codemod, edits: readonly Edit[]): JudgeContext;
}

async function withLines(sites: readonly Site[], context: JudgeContext): Promise<Outcome['sites']> {
  return Promise.all(
    sites.map(async (site) => {
      const text = (await context.tree.read(site.path))?.text ?? '';
      return { ...site, line: lineNumber(text, site.offset) };
    }),
  );
}

async function judge(codemod: Codemod, workbench: Workbench): Promise<Outcome> {
  const context = workbench.context(codemod, []);
  const finding = await codemod.judge(context);
  const { verdict, reason } = decide(finding);
  const evidence = finding.evidence ?? [];
  const sites = await withLines(finding.sites, context);
  if (verdict !== 'needed') return { codemod, verdict, reason, sites, evidence, edits: [] };
  const wrong = finding.sites.filter((site) => site.state === 'wrong');
  const edits = await codemod.rewrite(wrong, context);
  const fault = edits.length === 0 ? 'the rewrite made no edit' : await faultOf(edits, context);
  if (fault === undefined) return { codemod, verdict, reason, sites, evidence, edits };
  return { codemod, verdict: 'drifted', reason: fault, sites, evidence, edits: [] };
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

/** The second judgement: why `edits` do not reach the goal state, or undefined where they do. */
async function flaw(
  codemod: Codemod,
  edits: readonly Edit[],
  workbench: Workbench,
): Promise<string | undefined> {
  const { verdict, reason } = decide(await codemod.judge(workbench.context(codemod, edits)));
  if (verdict === 'applied' || verdict === 'upstreamed') return undefined;
  return `the edited tree is judged ${verdict} again (${reason})`;
}

function withheld(outcome: Outcome, verdict: 'drifted' | 'conflicting', reason: string): Outcome {
  return { ...outcome, verdict, reason, edits: [] };
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

/** Flaws of all needed outcomes, each judged on the tree with the edits that `edits` gives for it. */
async function flaws(
  outcomes: readonly Outcome[],
  edits: Edits,
  workbench: Workbench,
): Promise<Map<Outcome, string>> {
  const found = new Map<Outcome, string>();
  await Promise.all(
    outcomes
      .filter((outcome) => outcome.verdict === 'needed')
      .map(async (outcome) => {
        const reason = await flaw(outcome.codemod, edits(outcome), workbench);
        if (reason !== undefined) found.set(outcome, reason);
      }),
  );
  return found;
}

const editsOf = (outcomes: readonly Pick<Outcome, 'edits'>[]): Edit[] =>
  outcomes.flatMap((outcome) => outcome.edits);

/**
 * Judges every codemod, rewrites what is needed, and judges again with all edits together. Nothing is
 * written. A fix that does not reach its goal state alone is `drifted`; one that does so alone but not
 * beside the others is `conflicting`.
 */
export async function plan(codemods: readonly Codemod[], workbench: Workbench): Promise<Plan> {
  const { build } = workbench;
  const judged = settleOverlaps(await Promise.all(codemods.map((codemod) => judge(codemod, workbench))));
  if ((await flaws(judged, () => editsOf(judged), workbench)).size === 0) return { build, outcomes: judged };

  const alone = await flaws(judged, (outcome) => outcome.edits, workbench);
  const sound = judged.map((outcome) =>
    alone.has(outcome) ? withheld(outcome, 'drifted', `${alone.get(outcome)}: nothing is edited`) : outcome,
  );
  return { build, outcomes: await settleFlaws(sound, workbench) };
}

/** Withholds what does not reach its goal beside the others, until all that is left does. */
async function settleFlaws(outcomes: readonly Outcome[], workbench: Workbench): Promise<readonly Outcome[]> {
  const together = await flaws(outcomes, () => editsOf(outcomes), workbench);
  if (together.size === 0) return outcomes;
  const left = outcomes.map((outcome) =>
    together.has(outcome)
      ? withheld(outcome, 'conflicting', `beside the other fixes, ${together.get(outcome)}`)
      : outcome,
  );
  return settleFlaws(left, workbench);
}

export interface EditedFile {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
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
