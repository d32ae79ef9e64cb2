import type { Variables } from './environment.js';
import { REMOVED } from './removed.js';
import type { FlagSetting, PlainSetting, VariableSetting } from './schema.js';
import type { FlagFacts, ServerFlags } from './server-flags.js';
import type { SourceIndex } from './source-index.js';
import { type ClassFacts, type TypeFacts, typeFacts } from './type-facts.js';

/** What a vLLM revision can be told: its flags and its variables. */
export interface Interface {
  readonly index: SourceIndex;
  readonly flags: ServerFlags;
  readonly variables: Variables;
}

/** Read by the container's entrypoint, and not by vLLM. */
const OF_THE_ENTRYPOINT = new Set(['VLLM_EXTRA_ARGS']);

function removed(name: string): string {
  const known = REMOVED[name];
  if (!known) return '';
  return `; it went away in ${known.since}${known.instead ? `, use ${known.instead}` : ''}`;
}

function allows(type: TypeFacts, value: string): boolean {
  if (type.choices.size === 0 || type.open) return true;
  if (type.choices.has(value)) return true;
  const plain = (text: string): string => text.toUpperCase().replaceAll('-', '_');
  return type.anyCase && [...type.choices].some((choice) => plain(choice) === plain(value));
}

async function keyProblem(cls: ClassFacts, value: object, index: SourceIndex): Promise<string | undefined> {
  for (const [key, item] of Object.entries(value)) {
    const found = cls.fields.get(key);
    if (!found) return `${cls.name} has no field ${key}`;
    const type = await typeFacts(found.node, found.document, index);
    if (typeof item === 'string' && !allows(type, item)) return `${cls.name}.${key} does not take ${item}`;
  }
  return undefined;
}

async function valueProblem(
  name: string,
  value: FlagSetting['value'],
  facts: FlagFacts,
  index: SourceIndex,
): Promise<string | undefined> {
  if (facts.boolean) return value === undefined ? undefined : `${name} takes no value`;
  if (value === undefined) return `${name} needs a value`;
  const { type } = facts;
  if (typeof value === 'object') {
    const [cls] = type?.classes ?? [];
    return cls && keyProblem(cls, value, index);
  }
  if (!type || allows(type, String(value))) return undefined;
  return `${name} does not take ${value}: one of ${[...type.choices].join(', ')}`;
}

async function flagProblem(setting: FlagSetting, { flags, index }: Interface): Promise<string | undefined> {
  const negated = /^--no-/.test(setting.flag) ? setting.flag.replace(/^--no-/, '--') : undefined;
  const own = flags.get(setting.flag);
  if (own) return valueProblem(setting.flag, setting.value, own, index);
  const positive = negated && flags.get(negated);
  if (!positive) return `vllm serve has no flag ${setting.flag}${removed(setting.flag)}`;
  if (!positive.negatable) return `${negated} has no --no- form`;
  return setting.value === undefined ? undefined : `${setting.flag} takes no value`;
}

function variableProblem({ env, value }: VariableSetting, { variables }: Interface): string | undefined {
  if (!env.startsWith('VLLM_') || OF_THE_ENTRYPOINT.has(env)) return undefined;
  const facts = variables.get(env);
  if (!facts) return `vllm/envs.py does not read ${env}${removed(env)}`;
  if (facts.choices && ![...facts.choices].some((choice) => choice.toLowerCase() === value.toLowerCase())) {
    return `${env} does not take ${value}: one of ${[...facts.choices].join(', ')}`;
  }
  return undefined;
}

/** What is wrong with a setting at a revision, in a few words; undefined where it is right. */
export async function settingProblem(setting: PlainSetting, at: Interface): Promise<string | undefined> {
  return 'flag' in setting ? flagProblem(setting, at) : variableProblem(setting, at);
}

/** True where a revision still reads the variable, and warns that it goes away. */
export function isDeprecated(setting: PlainSetting, { variables }: Interface): boolean {
  return 'env' in setting && Boolean(variables.get(setting.env)?.deprecated);
}
