import { align } from './align.js';
import { reindent } from './reindent.js';
import type { Shape } from './shape.js';

/** One version of a file. */
export interface Version {
  readonly text: string;
  readonly shape: Shape;
}

/** `ours[start, end)` becomes `text`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface UnitMerge {
  /** Sorted by their place in `ours`, and disjoint. */
  readonly edits: readonly Replacement[];
  /** Ranges of `ours` where both sides changed the same thing. */
  readonly conflicts: readonly { readonly start: number; readonly end: number; readonly why: string }[];
}

/**
 * Merges by syntax: the children of a node are a list of units (definitions, statements, arguments, tokens),
 * and a change is one of a unit. Layout and changes of neighbours are then no conflict; two changes of one
 * unit are merged inside of it, and what both sides put into one gap is a conflict.
 */
export function mergeUnits(base: Version, ours: Version, theirs: Version): UnitMerge {
  const edits: Replacement[] = [];
  const conflicts: { start: number; end: number; why: string }[] = [];
  const texts = { b: base.text, o: ours.text, t: theirs.text };

  const replace = (start: number, end: number, from: number, to: number): void => {
    const text = reindent(texts.t, from, to, texts.o, start);
    if (text === undefined)
      conflict(start, end, 'it stands at another depth, and holds text of several lines');
    else if (text !== texts.o.slice(start, end)) edits.push({ start, end, text });
  };
  const conflict = (start: number, end: number, why: string): void => {
    conflicts.push({ start, end, why });
  };

  const merge = (b: Shape, o: Shape, t: Shape): void => {
    if (t.key === b.key || t.key === o.key) {
      const untouched = texts.o.slice(o.start, o.end) === texts.b.slice(b.start, b.end);
      if (t.key === o.key && t.key === b.key && untouched) replace(o.start, o.end, t.start, t.end);
      return;
    }
    if (o.key === b.key && texts.o.slice(o.start, o.end) === texts.b.slice(b.start, b.end)) {
      replace(o.start, o.end, t.start, t.end);
      return;
    }
    const lists = [b, o, t].every((one) => one.children.length > 0 && one.type === b.type && !one.broken);
    if (lists) mergeLists(b, o, t);
    else if (o.key === b.key) replace(o.start, o.end, t.start, t.end);
    else conflict(o.start, o.end, 'both changed it');
  };

  const mergeLists = (b: Shape, o: Shape, t: Shape): void => {
    const [toOurs, toTheirs] = [align(b.children, o.children), align(b.children, t.children)];
    const moved = movedOnes(b.children, o.children, toOurs);
    for (const [i, to] of moved) {
      if (toTheirs[i]! >= 0) merge(b.children[i]!, o.children[to]!, t.children[toTheirs[i]!]!);
    }
    // What stands elsewhere in ours is no part of a gap.
    const aside = {
      b: new Set(moved.keys()),
      o: new Set(moved.values()),
      t: new Set([...moved.keys()].map((i) => toTheirs[i]!)),
    };
    let last: Anchor = { b: -1, o: -1, t: -1 };
    for (let i = 0; i <= b.children.length; i += 1) {
      const end = i === b.children.length;
      const next: Anchor = end
        ? { b: i, o: o.children.length, t: t.children.length }
        : { b: i, o: toOurs[i]!, t: toTheirs[i]! };
      if (next.o < 0 || next.t < 0) continue;
      mergeGap(
        gap(b, last.b, next.b, aside.b),
        gap(o, last.o, next.o, aside.o),
        gap(t, last.t, next.t, aside.t),
      );
      if (!end) merge(b.children[next.b]!, o.children[next.o]!, t.children[next.t]!);
      last = next;
    }
  };

  const mergeGap = (b: Gap, o: Gap, t: Gap): void => {
    const text = (all: string, { start, end }: Gap): string => all.slice(start, end);
    const [mine, old, fresh] = [text(texts.o, o), text(texts.b, b), text(texts.t, t)];
    const moves = b.moves || o.moves || t.moves;
    if (fresh === old || fresh === mine || same(t, b) || same(t, o)) {
      // Layout of theirs is taken only where ours is as it was.
      if (same(t, b) && mine === old && fresh !== old && !moves) replace(o.start, o.end, t.start, t.end);
    } else if (moves) conflict(o.start, o.end, 'what stands beside it has moved');
    else if (mine === old || same(o, b)) replace(o.start, o.end, t.start, t.end);
    else mergeInside(b, o, t);
  };

  /** Both changed what stands between two units. Only what cannot depend on an order is done. */
  const mergeInside = (b: Gap, o: Gap, t: Gap): void => {
    const [kept, mine] = [align(b.units, t.units), align(b.units, o.units)];
    const added = t.units.some((_, i) => !kept.includes(i));
    const gone = b.units.filter((_, i) => kept[i]! < 0);
    const here = b.units.map((unit, i) =>
      mine[i]! >= 0 && o.units[mine[i]!]!.key === unit.key ? o.units[mine[i]!] : undefined,
    );
    const whole = here.every((unit) => unit !== undefined);
    if (added && contains(o.units, t.units) && gone.length === 0) return;
    if (!whole) conflict(o.start, o.end, 'the target lacks or has changed what stands beside it');
    else if (added) conflict(o.start, o.end, 'both put something here');
    else {
      for (const [i, unit] of b.units.entries()) {
        if (kept[i]! >= 0) continue;
        const at = o.units.indexOf(here[i]!);
        const start = at > 0 ? o.units[at - 1]!.end : o.start;
        edits.push({ start, end: here[i]!.end, text: '' });
        if (t.units.some(({ key }) => key === unit.key)) conflict(o.start, o.end, 'the patch moves it');
      }
    }
  };

  merge(base.shape, ours.shape, theirs.shape);
  edits.sort((x, y) => x.start - y.start || x.end - y.end);
  return { edits, conflicts };
}

interface Anchor {
  readonly b: number;
  readonly o: number;
  readonly t: number;
}

/** What stands between two children of a node, blanks and commas included. */
interface Gap {
  readonly start: number;
  readonly end: number;
  readonly units: readonly Shape[];
  /** It holds a definition that stands elsewhere in another version; that is not among the units. */
  readonly moves: boolean;
}

function gap(list: Shape, after: number, before: number, aside: ReadonlySet<number>): Gap {
  const { children } = list;
  const between = children.slice(after + 1, before);
  const units = between.filter((_, i) => !aside.has(after + 1 + i));
  return {
    start: after < 0 ? list.start : children[after]!.end,
    end: before >= children.length ? list.end : children[before]!.start,
    units,
    moves: units.length < between.length,
  };
}

function same(a: Gap, b: Gap): boolean {
  return a.units.length === b.units.length && a.units.every(({ key }, i) => key === b.units[i]!.key);
}

/** Whether all of `part` stands in `units`, one after the other. */
function contains(units: readonly Shape[], part: readonly Shape[]): boolean {
  return units.some((_, at) => part.every(({ key }, i) => units[at + i]?.key === key));
}

/** Definitions that stand elsewhere in the other list, by index; `to` holds the pairs that are in order. */
function movedOnes(
  from: readonly Shape[],
  units: readonly Shape[],
  to: readonly number[],
): Map<number, number> {
  const taken = new Set(to);
  const moved = new Map<number, number>();
  for (const [i, { type, name }] of from.entries()) {
    if (name === undefined || to[i]! >= 0) continue;
    const is = (shape: Shape): boolean => shape.type === type && shape.name === name;
    const found = units.flatMap((unit, at) => (is(unit) && !taken.has(at) ? [at] : []));
    if (found.length === 1 && from.filter(is).length === 1) moved.set(i, found[0]!);
  }
  return moved;
}
