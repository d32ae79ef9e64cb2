import { z } from 'zod';
import { caseSchema } from '../author/case-schema.js';
import { inputsSchema } from '../container/inputs.js';
import { carriedSchema } from '../fixes/carried/format.js';
import { lockSchema } from '../pins/lock.js';
import { pinsSchema } from '../pins/pins.js';
import { recipeSchema } from '../recipes/schema.js';
import { statusSchema } from './status.js';

/** Every JSON file that people or programs read, by the name of its schema in `schemas/`. */
const SCHEMAS: Readonly<Record<string, { readonly title: string; readonly schema: z.ZodType }>> = {
  'upstream-pins': { title: 'Pinned revisions and sets of dgx-patch', schema: pinsSchema },
  'upstream-pins.lock': { title: 'Blobs that the fixes touch at each pin', schema: lockSchema },
  status: { title: 'Verdicts of dgx-patch on one target', schema: statusSchema },
  recipe: { title: 'A model with the flags and variables that it is served with', schema: recipeSchema },
  'carried-fix': { title: 'A carried patch: fix.json beside its change.patch', schema: carriedSchema },
  inputs: { title: 'What the build of an image takes from elsewhere, with hashes', schema: inputsSchema },
  case: { title: 'A fixture case of a fix', schema: caseSchema },
};

/** The JSON Schemas as text, by file name. */
export function jsonSchemas(): Map<string, string> {
  return new Map(
    Object.entries(SCHEMAS).map(([name, { title, schema }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}
