import type { Evidence, Outcome } from '../codemod/types.js';
import type { Judged } from '../judge/review.js';
import { effectText, GROUP_WORDS, type Group, grouped, isOpen, reasonOf, siteCount } from './effects.js';
import { headline } from './headline.js';
import { fold, painter } from './text.js';
import { warningLines } from './warnings-text.js';

const WIDTH = 100;
/** Places that are shown without being asked for. */
const PLACES = 5;

export interface StatusTextOptions {
  /** Every site, right ones as well. */
  readonly verbose?: boolean;
  /** The command that a reader may well want next, whole. */
  readonly next?: string | undefined;
}

/** `2 of 3 sites`. */
function countOf(outcome: Outcome): string {
  const count = siteCount(outcome);
  return count && `${count} ${outcome.sites.length === 1 ? 'site' : 'sites'}`;
}

/**
 * `path:line  what`, in 100 columns where the path leaves room; a path is never cut. What has no room is left to
 * `-v`, which gives it lines of its own.
 */
function placeLines({ sites }: Outcome, verbose: boolean): string[] {
  const shown = verbose ? sites : sites.filter(isOpen);
  const lines = shown.flatMap(({ path, line, state, what }) => {
    const place = `${path}:${line}${verbose ? ` (${state})` : ''}`;
    const room = WIDTH - 8 - place.length;
    if (what.length <= room) return [`${place}  ${what}`];
    return verbose ? [place, ...fold(what, WIDTH - 10).map((words) => `    ${words}`)] : [place];
  });
  if (verbose || lines.length <= PLACES + 1) return lines;
  return [...lines.slice(0, PLACES), `and ${lines.length - PLACES} more: -v shows them`];
}

/** One target: the headline, then the fixes by what comes of leaving them, each with its places. */
export function statusText(
  judged: Judged,
  colour: boolean,
  { verbose = false, next }: StatusTextOptions = {},
): string {
  const paint = painter(colour);
  const { target, build, chosen, outcomes, advice, warnings = [] } = judged;
  const lines = [
    `${paint.bold(`${target.project}@${target.revision}`)}  ${paint.dim(target.commit.slice(0, 12))}  CUDA ${build.cuda}, arch ${build.arch}`,
    ...(chosen === undefined ? [] : fold(`arch ${build.arch} was chosen: ${chosen}`, WIDTH).map(paint.dim)),
  ];
  const said = headline(judged);
  if (said !== undefined) lines.push('', ...fold(said, WIDTH).map(paint.bold));
  const idWidth = Math.max(4, ...outcomes.map(({ codemod }) => codemod.id.length));
  const row = (outcome: Outcome, group: Group): void => {
    const { codemod, verdict, effect } = outcome;
    const head = `${codemod.id.padEnd(idWidth)}  ${paint[verdict](verdict.padEnd(14))}  ${countOf(outcome)}`;
    lines.push(head.trimEnd());
    if (group === 'blocks' && effect) lines.push(...indented(`at stake: ${effectText(effect)}`));
    else if (effect && group !== 'none')
      lines.push(...indented(`for ${effect.concerns ?? 'every GB10 build'}`));
    lines.push(...indented(reasonOf(outcome)).map(paint.dim));
    lines.push(...placeLines(outcome, verbose).map((line) => `      ${line}`));
    if (verdict === 'drifted') lines.push(...outcome.evidence.flatMap(textLines));
  };
  for (const [group, own] of grouped(outcomes)) {
    lines.push('', paint.bold(`${GROUP_WORDS[group]}:`));
    for (const outcome of own) row(outcome, group);
  }
  if (warnings.length > 0) lines.push('', ...warningLines(warnings, colour));
  if (advice !== undefined) lines.push('', ...fold(`advice: ${advice}`, WIDTH));
  if (next !== undefined) lines.push('', `next: ${next}`);
  return `${lines.join('\n')}\n`;
}

/** Texts that stand side by side, as the judge wrote them down. */
const textLines = ({ ref, note }: Evidence): string[] =>
  note.includes('\n') ? [`      ${ref}`, ...note.split('\n').map((line) => `        ${line}`)] : [];

const indented = (text: string): string[] => fold(text, WIDTH - 4).map((line) => `    ${line}`);
