import { defineCodemod } from '../../codemod/define.js';
import type { Codemod, Evidence, Finding, JudgeContext, Site } from '../../codemod/types.js';
import { diff } from '../../patch/diff.js';
import { roleOf } from '../../patch/language.js';
import { lineOffsets, splitLines } from '../../patch/lines.js';
import { type Change, type FileOutcome, onTree } from '../../patch/on-tree.js';
import type { Edit } from '../../source/edits.js';
import type { CarriedFile } from './format.js';
import { reasonOf, sideBySide } from './say.js';

interface CarriedSite extends Site {
  readonly outcome: FileOutcome;
}

/** A patch as a fix: each hunk is a site, judged and made by a three-way merge. */
export function carriedCodemod(meta: CarriedFile, change: Change, digest: string): Codemod {
  const { id, project, title, source } = meta;
  const name = source.pull ?? source.commit?.slice(0, 12) ?? source.file ?? 'the patch';
  return defineCodemod<CarriedSite>({
    id,
    project,
    title,
    why: meta.why ?? `${title}: this revision is without it.`,
    references: referencesOf(meta),
    retire: meta.dropWhen ?? `when the pinned revision has ${name} itself`,
    upstreamStatus: source.commit
      ? `Backport [${source.commit}]`
      : source.pull
        ? `Submitted [${source.pull}]`
        : 'Pending',
    digest,

    judge: (context) => judge(change, name, context),
    rewrite: (sites) => [...new Set(sites.map(({ outcome }) => outcome))].flatMap(editsOf),
  });
}

function referencesOf({ source, title }: CarriedFile): Evidence[] {
  const dated = source.date === undefined ? {} : { date: source.date };
  return [
    ...(source.commit ? [{ kind: 'commit', ref: source.commit, ...dated, note: title } as const] : []),
    ...(source.pull ? [{ kind: 'pull-request', ref: source.pull, note: title } as const] : []),
  ];
}

async function judge(change: Change, name: string, context: JudgeContext): Promise<Finding<CarriedSite>> {
  const outcomes = await onTree(change, context.tree, (file, language) => context.parse(file, language));
  const code = outcomes.filter(({ path, movedFrom }) => roleOf(movedFrom ?? path) === 'code');
  if (code.length > 0 && code.every(({ state }) => state === 'absent' || state === 'left')) {
    const [first] = code;
    return { absent: `${name} changes what this revision does not have: ${first!.movedFrom ?? first!.path}` };
  }
  const sites = outcomes.flatMap((outcome) => sitesOf(outcome, name));
  return { sites, reason: reasonOf(name, sites, outcomes), evidence: sideBySide(outcomes) };
}

/** A file's hunks as sites; what cannot be a hunk is one site at the file's start. */
function sitesOf(outcome: FileOutcome, name: string): CarriedSite[] {
  const { path, state, places, note, before } = outcome;
  const file = { path, text: before ?? '' };
  const at = (offset: number, of: Site['state'], what: string): CarriedSite => ({
    file,
    offset,
    state: of,
    what,
    outcome,
  });
  if (state === 'left') return [];
  if (places.length === 0) {
    const what =
      state === 'absent' ? `${path}: the tree has no such file` : (note ?? `${path} as ${name} has it`);
    return [at(0, state === 'absent' ? 'unknown' : state, what)];
  }
  return places.map((place) => {
    const what =
      place.state === 'right' ? `as ${name} has it` : (place.why ?? `without the change of ${name}`);
    return at(place.offset, place.state === 'absent' ? 'unknown' : place.state, what);
  });
}

/** The lines that a merge changes, each run as one edit. */
function editsOf({ path, before, after }: FileOutcome): Edit[] {
  if (after === undefined) return [];
  if (before === undefined) return [{ path, start: 0, end: 0, text: after, create: true }];
  const [mine, fresh] = [splitLines(before), splitLines(after)];
  const offsets = lineOffsets(mine);
  return diff(mine, fresh).map(({ aStart, aEnd, bStart, bEnd }) => ({
    path,
    start: offsets[aStart]!,
    end: offsets[aEnd]!,
    text: fresh.slice(bStart, bEnd).join(''),
  }));
}
