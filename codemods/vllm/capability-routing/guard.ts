/**
 * Device guards: `enable_sm120_only<Kernel>` compiles its kernel for `__CUDA_ARCH__ == 1200` and nothing, or a
 * trap, for 1210. A guard is judged by its definition, not by its name.
 */
import {
  ancestor,
  canMarkAbove,
  type Document,
  descendants,
  deviceMacros,
  field,
  insert,
  isCompiled,
  isOurs,
  isSafe,
  joinLines,
  mark,
  type Node,
  replace,
  textOf,
} from '../../../src/api.js';
import { ID, type RoutingSite } from './site.js';

const GUARD_NAME = /^enable_sm12\w*$/;
const FAMILY = 'enable_sm120_family';

interface Definition {
  readonly document: Document;
  /** The template declaration. */
  readonly node: Node;
  readonly admits: (sm: string) => boolean;
}

/** Guard templates by name. */
function definitions(documents: readonly Document[]): Map<string, Definition> {
  const found = new Map<string, Definition>();
  for (const document of documents) {
    const { text } = document.file;
    for (const struct of descendants(document.root, 'struct_specifier', 'class_specifier')) {
      const name = field(struct, 'name');
      const body = field(struct, 'body');
      if (!name || !body || !GUARD_NAME.test(textOf(name, text))) continue;
      const calls = [...textOf(body, text).matchAll(/\bKernel\s*::\s*(?:operator\s*\(\s*\)|invoke)\s*\(/g)];
      const at = calls.map((match) => body.startIndex + match.index);
      const admits = (sm: string) => at.some((offset) => isCompiled(text, offset, deviceMacros(sm)));
      const node = ancestor(struct, 'template_declaration') ?? struct;
      found.set(textOf(name, text), { document, node, admits });
    }
  }
  return found;
}

/** The family's guard, in the words of a short template; the file's own guards have the same layout. */
function familyGuard(): string[] {
  return [
    '',
    '// Compute capability 12.x: one binary family, 12.0 and 12.1 (GB10) alike.',
    `// ${mark(ID)}`,
    'template <typename Kernel>',
    `struct ${FAMILY} : Kernel {`,
    '  template <typename... Args>',
    '  CUTLASS_DEVICE void operator()(Args&&... args) {',
    '#if defined __CUDA_ARCH__ && __CUDA_ARCH__ / 100 == 12',
    '    Kernel::operator()(std::forward<Args>(args)...);',
    '#endif',
    '  }',
    '};',
  ];
}

const admitsFamily = (guard: Definition): boolean =>
  ['120a', '120f', '121a', '121f'].every((sm) => guard.admits(sm)) &&
  !guard.admits('100a') &&
  !guard.admits('130a');

/** The definition that has to be there for the uses to be renamed: a site where it is missing or ours. */
function familySite(known: ReadonlyMap<string, Definition>, anyWrong: boolean): RoutingSite[] {
  const family = known.get(FAMILY);
  const base = { kind: 'guard-definition' as const, edits: [] };
  if (family) {
    const { file } = family.document;
    const offset = family.node.startIndex;
    if (!admitsFamily(family))
      return [{ ...base, file, offset, state: 'unknown', what: `${FAMILY} leaves out 12.1` }];
    if (!isOurs(file, ID, { startIndex: offset, endIndex: offset })) return [];
    return [{ ...base, file, offset, state: 'ours', what: `${FAMILY} is defined` }];
  }
  if (!anyWrong) return [];
  const only = known.get('enable_sm120_only')!;
  const { file } = only.document;
  const offset = only.node.startIndex;
  const end = /^\s*;/.exec(file.text.slice(only.node.endIndex))?.[0].length ?? 0;
  const what = `${FAMILY} is not defined`;
  if (!isSafe(only.node)) return [{ ...base, file, offset, state: 'unknown', what }];
  const edits = [insert(file, only.node.endIndex + end, joinLines(['', ...familyGuard()], file.text))];
  return [{ ...base, file, offset, state: 'wrong', what, edits }];
}

/** Uses of a guard, and the family's definition where uses need it. */
export function guardSites(all: readonly Document[]): RoutingSite[] {
  const documents = all.filter(({ file }) => file.text.includes('enable_sm12'));
  const known = definitions(documents);
  const uses = documents.flatMap(({ root, file }) => {
    const { text } = file;
    return descendants(root, 'template_type').flatMap((use): RoutingSite[] => {
      const nameNode = field(use, 'name');
      const name = nameNode ? textOf(nameNode, text) : '';
      if (!nameNode || !GUARD_NAME.test(name)) return [];
      const definition = known.get(name);
      const offset = nameNode.startIndex;
      const base = { file, offset, kind: 'guard' as const, edits: [] };
      if (definition && admitsFamily(definition)) {
        const ours = isOurs(file, ID, nameNode);
        return [
          { ...base, state: ours ? 'ours' : 'right', what: `${name} compiles the kernel for 12.0 and 12.1` },
        ];
      }
      const isExact =
        name === 'enable_sm120_only' && definition?.admits('120f') && !definition.admits('121f');
      if (!isExact || !canMarkAbove(file, offset)) {
        return [{ ...base, state: 'unknown', what: `${name} is not a guard that this fix knows` }];
      }
      const edits = [replace(file, nameNode, FAMILY)];
      return [{ ...base, state: 'wrong', what: `${name} compiles no kernel for 12.1`, edits }];
    });
  });
  return [
    ...uses,
    ...familySite(
      known,
      uses.some((site) => site.state === 'wrong'),
    ),
  ];
}
