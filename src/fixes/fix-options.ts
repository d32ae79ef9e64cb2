import { Failure } from '../failure.js';
import { CODEMODS } from './built-in.js';

/** Values of fixes' options: by fix, then by the option's name. */
export type FixOptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `vllm/software-e2m1.guard=sm121`, checked against what the fixes declare. */
export function readFixOptions(entries: readonly string[]): FixOptions {
  const options: Record<string, Record<string, string>> = {};
  for (const entry of entries) {
    const match = /^([^.=]+)\.([^.=]+)=(.*)$/.exec(entry);
    const declared = CODEMODS.find(({ id }) => id === match?.[1])?.options?.[match?.[2] ?? ''];
    if (!match || !declared) {
      throw new Failure('usage', `there is no fix option ${JSON.stringify(entry)}`, {
        next: 'an option is <fix>.<name>=<value>; see those of a fix: dgx-patch explain <id>',
      });
    }
    const [, id = '', name = '', value = ''] = match;
    if (!declared.values.includes(value)) {
      throw new Failure('usage', `${id}.${name} is one of ${declared.values.join(', ')}`, {
        next: `what they do: dgx-patch explain ${id}`,
      });
    }
    options[id] = { ...options[id], [name]: value };
  }
  return options;
}
