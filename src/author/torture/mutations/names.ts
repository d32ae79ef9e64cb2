import type { Node } from '../../../syntax/document.js';
import { descendants, field, textOf } from '../../../syntax/query.js';
import { HELPER, LOCAL, RENAMED } from '../added.js';
import { isFixed } from '../leaves.js';
import type { Mutation, Replacement, Subject } from '../mutation.js';

/** Names that a function binds itself and that nothing outside of it can see. */
function localsOf(fn: Node, { text, style }: Subject): Set<string> {
  if (style === 'python') {
    const targets = descendants(fn, 'assignment').flatMap((node) => {
      const left = field(node, 'left');
      return left?.type === 'identifier' ? [textOf(left, text)] : [];
    });
    const shared = descendants(
      fn,
      'global_statement',
      'nonlocal_statement',
      'keyword_argument',
      'default_parameter',
      'typed_parameter',
      'typed_default_parameter',
      'parameters',
    ).flatMap((node) => descendants(node, 'identifier').map((name) => textOf(name, text)));
    return new Set(targets.filter((name) => !shared.includes(name)));
  }
  const declared = descendants(fn, 'init_declarator').flatMap((node) => {
    const name = field(node, 'declarator');
    return name?.type === 'identifier' ? [textOf(name, text)] : [];
  });
  // A macro or an asm operand may name it where the tree does not show it.
  const hidden = descendants(
    fn,
    'gnu_asm_expression',
    'preproc_def',
    'preproc_call',
    'preproc_function_def',
    'lambda_capture_specifier',
  )
    .map((node) => textOf(node, text))
    .join(' ');
  return new Set(declared.filter((name) => !new RegExp(`\\b${name}\\b`).test(hidden)));
}

const isName = (node: Node): boolean =>
  node.parent?.type !== 'attribute' || node.parent.childForFieldName('object')?.id === node.id;

export const NAMES: readonly Mutation[] = [
  {
    name: 'locals',
    kind: 'names',
    styles: ['cpp', 'python'],
    mutate(subject, choice) {
      const { root, text } = subject;
      const renames = new Map<string, string>();
      const replace: Replacement[] = [];
      for (const fn of descendants(root!, 'function_definition')) {
        if (isFixed(fn)) continue;
        // What an inner function does with a name of the outer one is not looked into.
        if (descendants(fn, 'function_definition').length > 1) continue;
        for (const name of localsOf(fn, subject)) {
          const renamed = `${name}${RENAMED}`;
          if (!choice.takes(name) || text.includes(renamed) || name === LOCAL || name === HELPER) continue;
          renames.set(name, renamed);
          // The grammar takes `dim3 grid(rows, columns)` for a function of two types.
          for (const node of descendants(fn, 'identifier', 'type_identifier')) {
            if (textOf(node, text) === name && isName(node)) {
              replace.push({ start: node.startIndex, end: node.endIndex, text: renamed });
            }
          }
        }
      }
      return { replace, renames };
    },
  },
];
