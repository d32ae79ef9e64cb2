import { Failure } from '../failure.js';
import type { FixSet } from './fix-set.js';
import { resolveId } from './names.js';

/** Values of fixes' options: by fix, then by the option's name. */
export type FixOptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `vllm/software-e2m1.guard=sm121`, checked against what the fixes declare. */
export function readFixOptions(fixes: FixSet, entries: readonly string[]): FixOptions {
  const options: Record<string, Record<string, string>> = {};
  for (const entry of entries) {
    const match = /^([^.=]+)\.([^.=]+)=(.*)$/.exec(entry);
    const fix =
      match &&
      resolveId(
        match[1]!,
        fixes.map((codemod) => codemod.id),
      );
    const declared = fixes.find(({ id }) => id === fix)?.options?.[match?.[2] ?? ''];
    if (!match || !fix || !declared) {
      throw new Failure('usage', `there is no fix option ${JSON.stringify(entry)}`, {
        next: 'an option is <fix>.<name>=<value>; see those of a fix: dgx-patch explain <id>',
      });
    }
    const [, , name = '', value = ''] = match;
    if (!declared.values.includes(value)) {
      throw new Failure('usage', `${fix}.${name} is one of ${declared.values.join(', ')}`, {
        next: `what they do: dgx-patch explain ${fix}`,
      });
    }
    options[fix] = { ...options[fix], [name]: value };
  }
  return options;
}
