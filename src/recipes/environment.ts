import { Failure } from '../failure.js';
import { assignmentsTo, calleeName, positional, stringValue } from '../syntax/python.js';
import { field } from '../syntax/query.js';
import type { SourceIndex } from './source-index.js';

/** One variable that a tree's `envs.py` reads. */
export interface VariableFacts {
  /** True where reading it warns that it goes away. */
  readonly deprecated: boolean;
  /** What its value may be, where `envs.py` says so; in any case of letters. */
  readonly choices: ReadonlySet<string> | undefined;
}

export type Variables = ReadonlyMap<string, VariableFacts>;

/** The variables of `envs.py`, read from its table. */
export async function environmentVariables(index: SourceIndex): Promise<Variables> {
  const document = await index.open('vllm/envs.py');
  const text = document?.file.text ?? '';
  const table =
    document &&
    assignmentsTo(document.root, 'environment_variables', text)
      .map((assignment) => field(assignment, 'right'))
      .find((right) => right?.type === 'dictionary');
  if (!table) {
    throw new Failure('unavailable', 'the table of environment variables was not found in this tree', {
      why: 'it is not a vLLM tree, or vllm/envs.py changed its shape',
      next: 'name another revision with --target vllm@<revision>',
    });
  }
  const variables = new Map<string, VariableFacts>();
  for (const pair of table.namedChildren) {
    const name = pair?.type === 'pair' ? stringValue(field(pair, 'key'), text) : undefined;
    if (name === undefined) continue;
    const value = field(pair!, 'value')!;
    const call = value.type === 'lambda' ? field(value, 'body')! : value;
    const callee = call.type === 'call' ? calleeName(call, text) : '';
    const list = callee === 'env_with_choices' ? positional(field(call, 'arguments'))[2] : undefined;
    const choices =
      list?.type === 'list' ? positional(list).map((item) => stringValue(item, text)) : undefined;
    variables.set(name, {
      deprecated: /deprecated/i.test(callee),
      choices:
        choices && !choices.includes(undefined) ? new Set(choices.map((choice) => choice!)) : undefined,
    });
  }
  return variables;
}
