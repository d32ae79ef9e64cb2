import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { assetPath } from '../../assets.js';
import { Failure } from '../../failure.js';
import { ownId } from '../../fixes/carried/format.js';
import { foldersOf } from '../../fixes/fix-set.js';
import { formatJson } from '../../pins/json.js';
import { readPins } from '../../pins/pins.js';
import type { Project } from '../../source/project.js';

const PINS = 'upstream-pins.json';

/** Where own fixes are written. */
export interface Home {
  /** The folder of fixes. */
  readonly dir: string;
  /** The pins file that must name the folder, where it does not yet. */
  readonly pins: string | undefined;
}

/**
 * The folder that own fixes go to: the one that was given, else the first of the pins file, else `fixes`
 * beside it. The pins file that comes with the tool is not the user's to change: where it is the only one,
 * `nameHome` begins one here with what it holds.
 */
export async function homeOf(given: readonly string[], pins: string): Promise<Home> {
  if (given.length > 0) return { dir: given[0]!, pins: undefined };
  const { fixes } = await readPins(pins);
  const [named] = foldersOf({ given: [], pins, named: fixes });
  if (named !== undefined) return { dir: named, pins: undefined };
  return { dir: pins === assetPath(PINS) ? 'fixes' : join(dirname(pins), 'fixes'), pins };
}

/** Names the folder in the pins file. */
export async function nameHome({ dir, pins }: Home): Promise<void> {
  if (pins === undefined) return;
  const file = pins === assetPath(PINS) ? PINS : pins;
  // What the tool expects of its pins and locks for them knows nothing of own fixes.
  const { $schema: _, pins: list, ...rest } = await readPins(pins);
  const own = file === pins ? list : list.map(({ expect: _, ...pin }) => pin);
  const named = relative(dirname(resolve(file)), resolve(dir)) || '.';
  await writeFile(file, formatJson({ ...rest, fixes: [...(rest.fixes ?? []), named], pins: own }));
}

/** An id that may be given to an own fix; one without a name space goes into `carried`. */
export function checkId(id: string): string {
  const whole = id.includes('/') ? id : `carried/${id}`;
  const read = ownId.safeParse(whole);
  if (read.success) return whole;
  throw new Failure(
    'usage',
    `${JSON.stringify(id)} is no id of an own fix: ${read.error.issues[0]!.message}`,
    {
      next: 'for example: --id acme/vllm-sampler',
    },
  );
}

/** The folder of a new fix. A `usage` Failure where there is one. */
export function placeFor({ dir }: Home, project: Project, id: string): string {
  const name = id.split('/')[1]!;
  const place = join(dir, project, name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name);
  if (!existsSync(place)) return place;
  throw new Failure('usage', `${place} is there already`, {
    next: 'give the new one another --id, or drop the old one: dgx-patch carry drop',
  });
}
