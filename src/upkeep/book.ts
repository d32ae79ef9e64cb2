import { writeFile } from 'node:fs/promises';
import type { Outcome } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { type FixSet, readFixes } from '../fixes/fix-set.js';
import type { Historian } from '../history/historian.js';
import { buildFor } from '../judge/build-for.js';
import { formatJson } from '../pins/json.js';
import { type Lock, type LockedPin, lockPath, readLock } from '../pins/lock.js';
import { checkPins, type Pin, type Pins, readPins } from '../pins/pins.js';
import type { Mirrors } from '../revision/mirrors.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import { parseTarget } from '../revision/spec.js';
import { withHistory } from '../revision/upstream.js';
import type { Build } from '../source/build.js';
import { withMoved } from './bump.js';
import { type Snapshot, snapshot } from './snapshot.js';

export interface JudgedPin {
  readonly target: Target;
  readonly build: Build;
  readonly outcomes: readonly Outcome[];
  readonly found: Snapshot;
}

export const pinKey = ({ project, name }: Pin): string => `${project}@${name}`;

/** A pins file with its lock: what is pinned, and what each pin is expected to give. */
export class PinBook {
  private constructor(
    readonly file: string,
    public pins: Pins,
    public lock: Lock,
    /** The tool's fixes, and those that the pins file or the command names. */
    readonly fixes: FixSet,
  ) {}

  static async open(file: string, given: readonly string[] = []): Promise<PinBook> {
    const [pins, lock] = await Promise.all([readPins(file), readLock(lockPath(file))]);
    return new PinBook(file, pins, lock, await readFixes({ given, pins: file, named: pins.fixes }));
  }

  /** The pins that were named, as `project@name`; all of them where none was. */
  select(names: readonly string[]): Pin[] {
    if (names.length === 0) return this.pins.pins;
    return names.map((name) => {
      const { project, revision } = parseTarget(name);
      const pin = this.pins.pins.find((one) => one.project === project && one.name === revision);
      if (pin) return pin;
      throw new Failure('usage', `${this.file} has no pin ${name}`, {
        next: `add it: dgx-patch pins add ${name}`,
      });
    });
  }

  locked(pin: Pin): LockedPin | undefined {
    return this.lock.pins[pinKey(pin)];
  }

  /** Judges a pin's commit with every fix of its project. The caller closes the target. */
  async judge(
    pin: Pin,
    mirrors: Mirrors,
    historian: Historian,
    progress: (line: string) => void,
  ): Promise<JudgedPin> {
    progress(`judging ${pinKey(pin)}`);
    const pins = { ...this.pins, pins: [pin] };
    const { readers } = historian;
    const target = await resolveTarget(`${pin.project}@${pin.name}`, { mirrors, pins, progress, readers });
    const codemods = selectCodemods(this.fixes, pin.project);
    const { build } = await buildFor(target);
    const outcomes = await withHistory(target, await historian.judge(target.tree, codemods, build));
    return { target, build, outcomes, found: await snapshot(target, outcomes) };
  }

  /** Puts a pin in, in place of the one of that name, or after the last older one of its project. */
  put(pin: Pin, found: Snapshot): void {
    const written: Pin = { ...pin, expect: found.expect };
    const pins = [...this.pins.pins];
    const same = pins.findIndex((one) => pinKey(one) === pinKey(pin));
    if (same >= 0) pins[same] = written;
    else {
      const older = pins.findLastIndex(
        (one) => one.project === pin.project && (one.date ?? '') <= (pin.date ?? '9'),
      );
      const own = pins.findIndex((one) => one.project === pin.project);
      pins.splice(older >= 0 ? older + 1 : own >= 0 ? own : pins.length, 0, written);
    }
    this.pins = checkPins({ ...this.pins, pins }, this.file);
    this.lock = { ...this.lock, pins: { ...this.lock.pins, [pinKey(pin)]: found.locked } };
  }

  /** Replaces a pin by what it has moved to. */
  move(pin: Pin, moved: Pin, found: Snapshot): void {
    this.pins = withMoved(this.pins, pin, moved);
    this.put(moved, found);
  }

  /** Writes both files; locks of pins that are gone go too. */
  async save(): Promise<void> {
    const keys = this.pins.pins.map(pinKey).filter((key) => this.lock.pins[key]);
    const lock = { ...this.lock, pins: Object.fromEntries(keys.map((key) => [key, this.lock.pins[key]])) };
    await writeFile(this.file, formatJson(this.pins));
    await writeFile(lockPath(this.file), formatJson(lock));
  }
}
