/** How the host launches a kernel: its arguments, its grid and its block. */
import { ancestors, descendants, field, type Node, textOf } from '../../../src/api.js';

export interface Launch {
  /** The call; host names are looked up from here. */
  readonly call: Node;
  readonly args: readonly Node[];
  /** Names of the `dim3` variables. */
  readonly grid: string;
  readonly block: string;
}

const named = (node: Node): Node[] =>
  node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');

const baseName = (text: string): string =>
  text
    .replace(/<[\s\S]*$/, '')
    .split('::')
    .at(-1)!
    .trim();

/** `config.gridDim = grid;` above the call, in its scope or an outer one. */
function assignedMember(call: Node, member: string, text: string): string | undefined {
  for (const scope of ancestors(call)) {
    if (scope.type === 'function_definition') break;
    const assigned = descendants(scope, 'assignment_expression').find(
      (node) => node.endIndex < call.startIndex && textOf(field(node, 'left')!, text).endsWith(`.${member}`),
    );
    if (assigned) return textOf(field(assigned, 'right')!, text);
  }
  return undefined;
}

/** All launches of a kernel: `kernel<<<grid, block>>>(…)` and `cudaLaunchKernelEx(&config, kernel, …)`. */
export function launchesOf(kernel: string, root: Node, text: string): Launch[] {
  return descendants(root, 'call_expression').flatMap((call): Launch[] => {
    const args = named(field(call, 'arguments')!);
    const syntax = named(call).find((child) => child.type === 'kernel_call_syntax');
    if (syntax) {
      if (baseName(textOf(field(call, 'function')!, text)) !== kernel) return [];
      const [grid, block] = named(syntax).map((node) => textOf(node, text));
      return grid !== undefined && block !== undefined ? [{ call, args, grid, block }] : [];
    }
    const callee = baseName(textOf(field(call, 'function')!, text));
    if (callee !== 'cudaLaunchKernelEx' || !args[1] || baseName(textOf(args[1], text)) !== kernel) return [];
    const grid = assignedMember(call, 'gridDim', text);
    const block = assignedMember(call, 'blockDim', text);
    return grid !== undefined && block !== undefined ? [{ call, args: args.slice(2), grid, block }] : [];
  });
}
