import { fail } from '../error.js';
import type { Flow, Interpreter } from '../interpreter.js';
import type { Statement } from '../program.js';
import { type Commands, type Simple, simple } from './command.js';

function runBlock(run: Interpreter, { args, body }: Statement): Flow {
  const { scopes, names } = readBlock(run.values(args));
  if (!scopes.includes('VARIABLES')) return run.block(body!);
  return run.variables.scoped(() => {
    const flow = run.block(body!);
    run.variables.propagate(flow === 'return' ? [...run.returned, ...names] : names);
    return flow;
  });
}

function readBlock(args: readonly string[]): {
  readonly scopes: readonly string[];
  readonly names: readonly string[];
} {
  const lists: Record<'SCOPE_FOR' | 'PROPAGATE', string[] | undefined> = {
    SCOPE_FOR: undefined,
    PROPAGATE: undefined,
  };
  let list: string[] | undefined;
  for (const arg of args) {
    if (arg === 'SCOPE_FOR' || arg === 'PROPAGATE') {
      list = lists[arg] ?? [];
      lists[arg] = list;
    } else if (list) list.push(arg);
    else fail(`block called with unsupported argument "${arg}"`);
  }
  const { SCOPE_FOR: scopes = ['VARIABLES', 'POLICIES'], PROPAGATE: names = [] } = lists;
  if (scopes.length === 0) fail('Error after keyword "SCOPE_FOR": missing required value');
  const unknown = scopes.find((scope) => scope !== 'VARIABLES' && scope !== 'POLICIES');
  if (unknown !== undefined) fail(`block SCOPE_FOR unsupported scope "${unknown}"`);
  if (!scopes.includes('VARIABLES') && names.length > 0)
    fail('block PROPAGATE cannot be specified without a new scope for VARIABLES');
  return { scopes, names };
}

const runReturn: Simple = (run, args) => {
  const [keyword, ...names] = args;
  if (keyword !== undefined && keyword !== 'PROPAGATE')
    fail(`return called with unsupported argument "${keyword}"`);
  run.returned = names;
  return 'return';
};

export const BLOCKS: Commands = { block: runBlock, return: simple(runReturn) };
