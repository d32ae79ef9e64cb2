import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { VERDICTS } from '../codemod/verdict.js';
import { Failure } from '../failure.js';
import { ARCH_LIST, CUDA_VERSION } from '../source/build.js';
import { PROJECTS } from '../source/project.js';

const commit = z.string().regex(/^[0-9a-f]{40}$/, 'a commit of 40 hexadecimal digits');
const arch = z.string().regex(ARCH_LIST, 'an arch list such as 12.1a or 12.0f');
const cuda = z.string().regex(CUDA_VERSION, 'a CUDA version such as 13.0');
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, ".", "_" and "-"');
// These reach command lines: git's, and RUN lines of a Containerfile.
const tag = z
  .string()
  .regex(/^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._/+-]*$/, 'a tag of letters, digits, ".", "_", "/", "+" and "-"');
const torch = z
  .string()
  .regex(
    /^\d+(?:\.\d+)+(?:(?:a|b|rc|\.post|\.dev)\d+)*(?:\+[a-z0-9.]+)?$/,
    'a version of torch such as 2.10.0',
  );

const expectation = z.strictObject({
  verdict: z.enum(VERDICTS),
  /** How many sites the fix finds at this pin. */
  sites: z.int().nonnegative().optional(),
});

const pin = z.strictObject({
  project: z.enum(PROJECTS),
  name: name.describe('what a user types after the @'),
  commit,
  /** Upstream's tag, where the pin has one. */
  tag: tag.optional(),
  date: z.iso.date().optional().describe('committer date'),
  cuda: cuda.optional(),
  arch: arch.optional(),
  note: z.string().optional(),
  expect: z.record(z.string(), expectation).optional(),
});

const set = z.strictObject({
  name,
  vllm: tag.optional(),
  flashinfer: tag.optional(),
  cutlass: tag.optional(),
  cuda,
  arch,
  torch: torch.optional(),
  default: z.literal(true).optional().describe('taken where a command wants a set and none is named'),
  note: z.string().optional(),
});

/** The schema of `upstream-pins.json`; schemas/upstream-pins.schema.json is made from it. */
export const pinsSchema = z.strictObject({
  $schema: z.string().optional(),
  formatVersion: z.literal(1),
  projects: z.partialRecord(
    z.enum(PROJECTS),
    z.strictObject({ repository: z.url({ protocol: /^(https|ssh|git|file)$/ }) }),
  ),
  fixes: z
    .array(z.string())
    .optional()
    .describe('folders of own fixes and carried patches, beside this file'),
  pins: z.array(pin),
  sets: z.array(set).optional(),
});

export type Pins = z.infer<typeof pinsSchema>;
export type Pin = Pins['pins'][number];
export type PinSet = NonNullable<Pins['sets']>[number];

/** Checks parsed JSON. The Failure names the path of the bad field and what was expected there. */
export function checkPins(data: unknown, file: string): Pins {
  const result = pinsSchema.safeParse(data);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const path = issue.path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('');
    throw new Failure(
      'usage',
      `${file}: ${path === '' ? '(top)' : path.replace(/^\./, '')}: ${issue.message}`,
      {
        next: 'compare it with schemas/upstream-pins.schema.json',
      },
    );
  }
  const seen = new Set<string>();
  for (const { project, name } of result.data.pins) {
    const key = `${project}@${name}`;
    if (seen.has(key)) throw new Failure('usage', `${file}: pins: ${key} is there twice`);
    seen.add(key);
  }
  return result.data;
}

export async function readPins(file: string): Promise<Pins> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Failure('usage', `the pins file ${file} cannot be read`, {
      next: 'give another one with --pins FILE',
      cause,
    });
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new Failure('usage', `${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  return checkPins(data, file);
}

/** The pin that a revision means: by name, by tag, or by an unambiguous commit prefix of 7 digits or more. */
export function findPin(pins: Pins, project: string, revision: string): Pin | undefined {
  const own = pins.pins.filter((candidate) => candidate.project === project);
  const named = own.find((candidate) => candidate.name === revision || candidate.tag === revision);
  if (named || !/^[0-9a-f]{7,40}$/.test(revision)) return named;
  const prefixed = own.filter((candidate) => candidate.commit.startsWith(revision));
  return prefixed.length === 1 ? prefixed[0] : undefined;
}
