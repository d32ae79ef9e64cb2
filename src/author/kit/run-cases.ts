import { editedFiles } from '../../codemod/plan.js';
import type { Codemod, Outcome } from '../../codemod/types.js';
import { judgeTree } from '../../judge/judge.js';
import { patch } from '../../patch/write.js';
import type { SourceTree } from '../../source/tree.js';
import { OverlayTree } from '../../tree/overlay-tree.js';
import type { Case } from '../cases.js';

/** The problem that `--update` mends. */
export const OTHER_DIFF = 'the diff is another one; where it is right: --update, and read it';

/** What one case showed. */
export interface CaseResult {
  readonly name: string;
  readonly verdict: Outcome['verdict'];
  /** What is not as the case says, and what to do; empty where all is. */
  readonly problems: readonly string[];
  /** The diff that was made, where it is not the expected one. */
  readonly diff?: string;
}

async function judge(codemod: Codemod, one: Case, tree: SourceTree): Promise<Outcome> {
  const build = one.build ?? { cuda: '13.0', arch: '12.1a' };
  const [outcome] = await judgeTree(tree, [codemod], build, { [codemod.id]: one.options ?? {} });
  return outcome!;
}

const diffOf = async (outcome: Outcome, tree: SourceTree): Promise<string> =>
  patch(await editedFiles([outcome], (path) => tree.read(path)));

/** Runs one case: verdict, sites, reason, diff; then again on the edited tree, and with CR LF. */
export async function runCase(codemod: Codemod, one: Case): Promise<CaseResult> {
  const problems: string[] = [];
  const outcome = await judge(codemod, one, one.tree);
  const { verdict, sites, reason } = outcome;
  if (verdict !== one.verdict) problems.push(`the verdict is ${verdict}, not ${one.verdict}: ${reason}`);
  if (sites.length !== one.sites) {
    const where = sites.map(({ path, line, state }) => `${path}:${line} ${state}`).join(', ');
    problems.push(`${sites.length} sites, not ${one.sites}${where ? `: ${where}` : ''}`);
  }
  if (one.reason !== undefined && !reason.includes(one.reason)) {
    problems.push(`the reason is ${JSON.stringify(reason)}, without ${JSON.stringify(one.reason)}`);
  }
  const diff = await diffOf(outcome, one.tree);
  const asExpected = diff === (one.diff ?? '');
  if (!asExpected) problems.push(OTHER_DIFF);
  if (verdict === 'needed') {
    const again = await judge(codemod, one, new OverlayTree(one.tree, outcome.edits));
    if (again.verdict !== 'applied' && again.verdict !== 'upstreamed') {
      problems.push(`the edited tree is judged ${again.verdict} again: ${again.reason}`);
    }
  }
  problems.push(...(await crlfProblems(codemod, one, outcome, diff)));
  return { name: one.name, verdict, problems, ...(asExpected ? {} : { diff }) };
}

/** The same case with CR LF must give the same, with CR LF. */
async function crlfProblems(codemod: Codemod, one: Case, lf: Outcome, diff: string): Promise<string[]> {
  const paths = await one.tree.paths();
  const texts = await Promise.all(
    paths.map(async (path) => [path, (await one.tree.read(path))!.text] as const),
  );
  if (texts.some(([, text]) => text.includes('\r'))) return [];
  const crlf = new Map(texts.map(([path, text]) => [path, text.replace(/\n/g, '\r\n')]));
  const tree: SourceTree = {
    read: async (path) => (crlf.has(path) ? { path, text: crlf.get(path)! } : undefined),
    paths: async () => paths,
  };
  const outcome = await judge(codemod, one, tree);
  if (outcome.verdict !== lf.verdict)
    return [`with CR LF line ends the verdict is ${outcome.verdict}: ${outcome.reason}`];
  const made = await diffOf(outcome, tree);
  const bare = (text: string): string =>
    text
      .split('\n')
      .filter((line) => !line.startsWith('index '))
      .join('\n');
  if (bare(made.replace(/\r/g, '')) !== bare(diff)) return ['with CR LF line ends the diff is another one'];
  const bareLines = made.split('\n').filter((line) => /^\+(?!\+\+ )/.test(line) && !line.endsWith('\r'));
  return bareLines.length > 0
    ? ['it inserts lines without CR into a file with CR LF: newlineOf(text) is the file’s line end']
    : [];
}

/** What cases a fix should have and has not, as things to add. */
export function missingCases(cases: readonly Case[]): string[] {
  const has = new Set(cases.map(({ verdict }) => verdict));
  const wanted = [
    ['needed', 'a tree that needs it, with its diff'],
    ['upstreamed', 'a tree in which upstream has it right'],
    ['not-applicable', 'a tree without the thing that it is about'],
    ['drifted', 'a tree in which it has another shape than the fix knows'],
  ] as const;
  return wanted.flatMap(([verdict, what]) => (has.has(verdict) ? [] : [`${verdict}: ${what}`]));
}
