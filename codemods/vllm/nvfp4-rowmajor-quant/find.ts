/** How the host launches a kernel: its arguments, its grid and its block. */
import {
  ancestors,
  argumentsOf,
  baseName,
  calledName,
  children,
  type Document,
  descendants,
  field,
  type Node,
  type SourceFile,
  textOf,
} from '../../../src/api.js';

export interface Launch {
  /** Where it stands: not always beside the kernel. */
  readonly file: SourceFile;
  /** The call; host names are looked up from here. */
  readonly call: Node;
  readonly args: readonly Node[];
  /** Names of the `dim3` variables. */
  readonly grid: string;
  readonly block: string;
}

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
export function launchesOf(kernel: string, { root, file }: Document): Launch[] {
  const { text } = file;
  return descendants(root, 'call_expression').flatMap((call): Launch[] => {
    const args = argumentsOf(call);
    const syntax = children(call).find((child) => child.type === 'kernel_call_syntax');
    if (syntax) {
      if (calledName(call, text) !== kernel) return [];
      const [grid, block] = children(syntax).map((node) => textOf(node, text));
      return grid !== undefined && block !== undefined ? [{ file, call, args, grid, block }] : [];
    }
    const isExtended = calledName(call, text) === 'cudaLaunchKernelEx';
    if (!isExtended || !args[1] || baseName(args[1], text) !== kernel) return [];
    const grid = assignedMember(call, 'gridDim', text);
    const block = assignedMember(call, 'blockDim', text);
    return grid !== undefined && block !== undefined
      ? [{ file, call, args: args.slice(2), grid, block }]
      : [];
  });
}
