import type { Spot } from '../../../src/codemod/types.js';
import type { Scene } from './scene.js';

/** An extended regular expression, and the pathspecs below which it is looked for; `$1` is a group of `says`. */
export type Grep = readonly [pattern: string, ...paths: string[]];

/** A sentence that a fix said of a commit: a verdict's reason, what it says of a site, or evidence. */
export interface Sentence {
  readonly fix: string;
  readonly text: string;
  /** The sites that it is about: one for a note, all for a reason. */
  readonly sites: readonly Spot[];
  readonly kind: 'reason' | 'note' | 'evidence';
}

/** What must be so where a sentence of this shape is said. Each is asked of git, in words of its own. */
export interface Claim {
  readonly fix: string;
  readonly says: RegExp;
  /** What stands on the lines of the site, and what does not. */
  readonly at?: RegExp;
  readonly not?: RegExp;
  /** How many lines before and after the site's own are looked at: none, and 12. */
  readonly lines?: readonly [number, number];
  /** A site of the outcome says it: what that says is checked on its own. */
  readonly note?: RegExp;
  /** Found nowhere, and found, in the tree. */
  readonly nowhere?: readonly Grep[];
  readonly holds?: readonly Grep[];
  /** What else: why the sentence is false, or undefined. */
  readonly check?: (
    scene: Scene,
    match: RegExpExecArray,
    sentence: Sentence,
  ) => Promise<string | undefined> | string | undefined;
}

export type Shape = 'absence' | 'site' | 'by a site' | 'presence' | 'computed';

/** How a claim is checked, for the count. */
export function shapeOf({ nowhere, at, not, note, check }: Claim): Shape {
  if (check) return 'computed';
  if (nowhere) return 'absence';
  if (at || not) return 'site';
  return note ? 'by a site' : 'presence';
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const filled = (text: string, match: RegExpExecArray, as = literal): string =>
  text.replace(/\$(\d)/g, (_, group: string) => as(match[Number(group)]!));

async function flawAt(
  claim: Claim,
  scene: Scene,
  match: RegExpExecArray,
  site: Spot,
): Promise<string | undefined> {
  const { at, not, lines = [0, 12] } = claim;
  const place = `${site.path}:${site.line}`;
  const text = await scene.around(site, lines);
  if (text === undefined) return `there is no ${place}`;
  if (at && !new RegExp(filled(at.source, match), at.flags).test(text)) return `${place} does not hold ${at}`;
  if (not && new RegExp(filled(not.source, match), not.flags).test(text)) return `${place} holds ${not}`;
  return undefined;
}

/** Why a sentence is not so; empty where it is. */
export async function flaws(
  claim: Claim,
  scene: Scene,
  match: RegExpExecArray,
  sentence: Sentence,
): Promise<string[]> {
  const said: (string | undefined)[] = [];
  for (const [pattern, ...paths] of claim.nowhere ?? []) {
    const found = await scene.grep(
      filled(pattern, match),
      paths.map((path) => filled(path, match, String)),
    );
    if (found.length > 0) said.push(`found: ${found[0]}`);
  }
  for (const [pattern, ...paths] of claim.holds ?? []) {
    const where = paths.map((path) => filled(path, match, String));
    const found = await scene.grep(filled(pattern, match), where);
    if (found.length === 0) said.push(`not found: ${filled(pattern, match)} in ${where.join(' ')}`);
  }
  if (claim.at || claim.not) {
    if (sentence.sites.length === 0) said.push('there is no site');
    for (const site of sentence.sites) said.push(await flawAt(claim, scene, match, site));
  }
  if (claim.note && !sentence.sites.some(({ what }) => claim.note!.test(what)))
    said.push(`no site says ${claim.note}`);
  if (claim.check) said.push(await claim.check(scene, match, sentence));
  return said.filter((flaw) => flaw !== undefined);
}
