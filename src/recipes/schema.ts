import { z } from 'zod';

const flagName = z.string().regex(/^--[a-z][a-z0-9-]*$/, 'a long flag such as --kv-cache-dtype');
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'a variable such as VLLM_USE_V1');
const fixId = z.string().regex(/^[a-z]+\/[a-z0-9-]+$/, 'a fix such as vllm/software-e2m1');

const flagSetting = z.strictObject({
  flag: flagName,
  /** Left out for a flag that takes none. An object is passed as JSON. */
  value: z.union([z.string(), z.number(), z.record(z.string(), z.unknown())]).optional(),
});
const variableSetting = z.strictObject({ env: variable, value: z.string() });
const plainSetting = z.union([flagSetting, variableSetting]);

const setting = z.union([
  flagSetting,
  variableSetting,
  z.strictObject({
    /** What the setting is for, whatever it is called. */
    why: z.string(),
    /** Spellings, newest first. The first that the vLLM revision knows is used. */
    firstOf: z.array(plainSetting).min(2),
  }),
]);

/** The schema of `recipes/*.json`; schemas/recipe.schema.json is made from it. */
export const recipeSchema = z.strictObject({
  $schema: z.string().optional(),
  formatVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  title: z.string(),
  /** Hugging Face id. */
  model: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  format: z.enum(['NVFP4', 'MXFP4']),
  /** Machines; the tensor parallel size, since each has one GPU. */
  nodes: z.int().positive(),
  serve: z.strictObject({
    maxModelLen: z.int().positive(),
    gpuMemoryUtilization: z.number().gt(0).lt(1),
    maxNumSeqs: z.int().positive(),
  }),
  settings: z.array(setting),
  /** Fixes that the model does not run without, where the revision needs them. */
  needs: z.array(fixId),
  /** Shape of the mixture of experts: it names the tuning file that the Triton kernels look for. */
  moe: z
    .strictObject({
      experts: z.int().positive(),
      intermediate: z.int().positive(),
      dtype: z.string().optional(),
    })
    .optional(),
  /** What a source says that it measured. Not measured by this project. */
  claims: z.array(
    z.strictObject({
      tokensPerSecond: z.number().positive(),
      what: z.string(),
      source: z.string(),
      date: z.iso.date().optional(),
    }),
  ),
  /** Known failures, and what helps. */
  known: z.array(z.string()),
  notes: z.array(z.string()).optional(),
});

export type Recipe = z.infer<typeof recipeSchema>;
export type Setting = Recipe['settings'][number];
export type FlagSetting = z.infer<typeof flagSetting>;
export type VariableSetting = z.infer<typeof variableSetting>;
export type PlainSetting = FlagSetting | VariableSetting;
