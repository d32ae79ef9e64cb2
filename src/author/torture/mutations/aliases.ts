import type { Node } from '../../../syntax/document.js';
import { descendants, field, textOf } from '../../../syntax/query.js';
import { RENAMED } from '../added.js';
import { isFixed } from '../leaves.js';
import type { Mutation, Replacement } from '../mutation.js';

/** What a name in `node.attribute` or `name=value` belongs to is not known. */
function isUse(node: Node): boolean {
  const parent = node.parent;
  if (parent?.type === 'attribute') return field(parent, 'object')?.id === node.id;
  if (parent?.type === 'keyword_argument') return field(parent, 'value')?.id === node.id;
  return true;
}

/** Where a name is given something: but for its import, it must not be. */
const BINDS = new Set(['parameters', 'function_definition', 'class_definition', 'default_parameter']);

function binds(node: Node): boolean {
  const parent = node.parent!;
  if (BINDS.has(parent.type)) return field(parent, 'value')?.id !== node.id;
  if (/^(?:assignment|augmented_assignment|for_statement|for_in_clause)$/.test(parent.type))
    return field(parent, 'left')?.id === node.id;
  return /^(?:pattern_list|tuple_pattern|global_statement|as_pattern_target|aliased_import|typed_parameter|lambda_parameters|typed_default_parameter)$/.test(
    parent.type,
  );
}

export const ALIASES: readonly Mutation[] = [
  {
    name: 'import-alias',
    kind: 'names',
    styles: ['python'],
    mutate({ path, root, text }, choice) {
      // What a package hands on keeps its name.
      if (/(?:^|\/)__init__\.py$/.test(path) || /\b__all__\b|\bglobals\(\)/.test(text)) return undefined;
      const renames = new Map<string, string>();
      const replace: Replacement[] = [];
      const identifiers = descendants(root!, 'identifier');
      for (const statement of root!.namedChildren) {
        if (statement?.type !== 'import_from_statement' || isFixed(statement)) continue;
        for (const imported of statement.childrenForFieldName('name')) {
          if (imported?.type !== 'dotted_name') continue;
          const name = textOf(imported, text);
          const alias = `${name}${RENAMED}`;
          const own = identifiers.filter((node) => textOf(node, text) === name && isUse(node));
          const uses = own.filter(
            (node) => node.startIndex < statement.startIndex || node.startIndex >= statement.endIndex,
          );
          if (!choice.takes(name) || text.includes(alias) || uses.length === 0) continue;
          if (uses.some((node) => binds(node) || node.parent?.type === 'dotted_name')) continue;
          renames.set(name, alias);
          replace.push(
            { start: imported.startIndex, end: imported.endIndex, text: `${name} as ${alias}` },
            ...uses.map((node) => ({ start: node.startIndex, end: node.endIndex, text: alias })),
          );
        }
      }
      return { replace, renames };
    },
  },
];
