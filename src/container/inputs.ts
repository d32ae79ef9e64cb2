import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../failure.js';

/** Where a repository may be: a plain address, which is one word anywhere. */
export const SOURCE_URL = /^https:\/\/[\w.-]+\/[\w./-]+$/;

const commit = z.string().regex(/^[0-9a-f]{40}$/);

/** A file of another server. `path` is below `prefetched/`; the kinds that the Containerfile knows are its folders. */
const inputFile = z.strictObject({
  path: z.string().regex(/^(?:apt\/base|apt\/build|pip|tools)\/(?!\.)[\w.+~%:!-]+$/),
  url: z.string().regex(/^https?:\/\/\S+$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A commit of another repository, with its submodules. It becomes `prefetched/sources/<name>.tar`. */
const inputSource = z.strictObject({
  name: z.string().regex(/^\w[\w.-]*$/),
  url: z.string().regex(SOURCE_URL),
  commit,
});

/** All that the build of an image takes from elsewhere, each with its hash: `inputs.json`. */
export const inputsSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** As an engine names it, for example `linux/arm64`: packages are those of this platform. */
  platform: z.string(),
  /** The set, and the commit of each of its trees: inputs of others are refused. */
  set: z.string(),
  trees: z.record(z.string(), commit),
  files: z.array(inputFile),
  sources: z.array(inputSource),
});
export type Inputs = z.infer<typeof inputsSchema>;
export type InputFile = z.infer<typeof inputFile>;
export type InputSource = z.infer<typeof inputSource>;

/** Reads a file of inputs. One that cannot be read is a usage Failure. */
export async function readInputs(file: string): Promise<Inputs> {
  const next = 'make it: dgx-patch build --set <name> --stage inputs';
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('usage', `${file} cannot be read`, { next, cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Failure('usage', `${file} is not JSON`, { next, cause });
  }
  const read = inputsSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Failure('usage', `${file}: ${issue!.path.join('.')}: ${issue!.message}`, { next });
}

/** Inputs that were found for other trees miss what these ones fetch: a `usage` Failure. */
export function checkInputs(
  inputs: Inputs,
  set: string,
  trees: readonly { readonly project: string; readonly pin: { readonly commit: string } }[],
): void {
  const same = inputs.set === set && trees.every(({ project, pin }) => inputs.trees[project] === pin.commit);
  if (same && Object.keys(inputs.trees).length === trees.length) return;
  throw new Failure('usage', `the inputs are those of the set ${inputs.set} at other revisions`, {
    next: `find them anew: dgx-patch build --set ${set} --stage inputs`,
  });
}
