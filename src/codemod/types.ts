import type { BuildGraph } from '../evaluate/graph.js';
import type { Build } from '../source/build.js';
import type { Edit } from '../source/edits.js';
import type { SourceFile } from '../source/file.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import type { Document, Language } from '../syntax/document.js';
import type { Effect } from './effect.js';
import type { Verdict } from './verdict.js';

/**
 * - `wrong`: recognised, and it must be edited
 * - `right`: recognised, and it is as it must be
 * - `ours`: right, by our own edit
 * - `unknown`: something is there, but not in a shape that the judge knows
 */
export const SITE_STATES = ['wrong', 'right', 'ours', 'unknown'] as const;
export type SiteState = (typeof SITE_STATES)[number];

/** One place in one file that a codemod is about. */
export interface Site {
  /** The file as it was judged, so that the rewrite need not read it again; without text where it is to be made. */
  readonly file: SourceFile;
  /** Byte offset of the site in the file. */
  readonly offset: number;
  readonly state: SiteState;
  /** What stands there, in a few words. */
  readonly what: string;
}

/** A site as it is reported and stored: where it is, without the file's bytes. */
export interface Spot extends Omit<Site, 'file'> {
  readonly path: string;
  readonly line: number;
}

export interface Evidence {
  readonly kind: 'commit' | 'pull-request' | 'issue' | 'evaluation' | 'measurement';
  /** A commit id, `#number`, or what was evaluated. */
  readonly ref: string;
  /** ISO date, where it is known. */
  readonly date?: string;
  readonly note: string;
}

/** One sentence for the verdict that follows from the sites' states. */
export interface Reason {
  /** Where a site must be edited. */
  readonly wrong: string;
  /** Where all sites are right. */
  readonly right: string;
  /** Where they are so by our own edit, if that is to be said in other words. */
  readonly ours?: string;
}

interface Base<S extends Site> {
  readonly sites?: readonly S[];
  readonly evidence?: readonly Evidence[];
}

/** Sites were found, or would have been. */
export interface Found<S extends Site = Site> extends Base<S> {
  readonly sites: readonly S[];
  readonly reason: Reason;
  /** How many sites this shape must have. Any other number is drift. */
  readonly expected?: number;
  /** Why nothing is to be done, where there are no sites. */
  readonly absent?: string;
}

/** What could be wrong is not there: why. */
export interface Absent<S extends Site = Site> extends Base<S> {
  readonly absent: string;
}

/** The shape is not one that the judge knows: why. */
export interface Drifted<S extends Site = Site> extends Base<S> {
  readonly drifted: string;
}

/** The request itself is known to be harmful: why. */
export interface Refused<S extends Site = Site> extends Base<S> {
  readonly refused: string;
}

/** What a judge found. The engine turns it into a verdict; see `decide`. */
export type Finding<S extends Site = Site> = Found<S> | Absent<S> | Drifted<S> | Refused<S>;

/** What a judge may look at. Pure: reading and evaluating go through here and nowhere else. */
export interface JudgeContext {
  readonly tree: SourceTree;
  readonly build: Build;
  readonly options: Readonly<Record<string, string>>;
  /** Syntax tree of a file, cached for the run. */
  parse(file: SourceFile, language: Language): Promise<Document>;
  /** The build description, evaluated in the process, with `edits` laid over the tree. */
  evaluateCMake(build: Build, edits?: readonly Edit[]): Promise<BuildGraph>;
}

export interface CodemodOption {
  readonly values: readonly string[];
  readonly default: string;
  readonly about: string;
}

/**
 * What the engine asks of a fix by its role, and not by its name: `arch-lists` decides which arch needs fewer
 * edits, `conversion` which targets get the FP4 conversion in software.
 */
export type Role = 'arch-lists' | 'conversion';

export interface CodemodMeta {
  /** `<project>/<name>`. */
  readonly id: string;
  readonly project: Project;
  readonly title: string;
  /** What breaks without it, for whom. One or two sentences. */
  readonly why: string;
  /** What comes of it where it is needed and left out, for whom. Every built-in fix says so. */
  readonly effect?: Effect;
  /** Upstream commits, pull requests and measurements. */
  readonly references: readonly Evidence[];
  /** When it can retire. */
  readonly retire: string;
  /** The commit trailer of that name: Pending (default), Submitted […], Backport […], Denied […], Inappropriate […]. */
  readonly upstreamStatus?: string;
  /** Of the bytes of a fix of one's own, given by its loader: cached verdicts depend on it. */
  readonly digest?: string;
  readonly role?: Role;
  /** True where the verdict depends on the build and not on the source alone. */
  readonly dependsOnBuild?: boolean;
  readonly options?: Readonly<Record<string, CodemodOption>>;
}

export interface Codemod<S extends Site = Site> extends CodemodMeta {
  judge(context: JudgeContext): Promise<Finding<S>>;
  /** Edits, in offsets of the judged bytes, that make every `wrong` site right. */
  rewrite(sites: readonly S[], context: JudgeContext): Promise<readonly Edit[]> | readonly Edit[];
  /**
   * What these wrong sites do at this build, where that is other than `effect`: `none`, above all, with
   * `because`. Asked only where it is shown, of sites that may have been remembered, and so
   * without what the judge knew of them.
   */
  effectAt?(
    wrong: readonly Spot[],
    context: JudgeContext,
  ): Promise<Partial<Effect> | undefined> | Partial<Effect> | undefined;
}

/** A codemod's outcome on a target. */
export interface Outcome {
  readonly codemod: Codemod;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly sites: readonly Spot[];
  readonly evidence: readonly Evidence[];
  readonly edits: readonly Edit[];
  /** What comes of leaving it, where its sites are wrong or may be, and where that was asked. */
  readonly effect?: Effect;
}

/** All verdicts and all edits for a target and a build. */
export interface Plan {
  readonly build: Build;
  readonly outcomes: readonly Outcome[];
}
