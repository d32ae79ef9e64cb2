import { createHash } from 'node:crypto';
import type { Document, Node } from '../syntax/document.js';
import { type Definition, saying } from './units/definitions.js';
import { definedName, Keys, shapeOfNode } from './units/shape.js';

/**
 * What upstream's functions said before: for each function or class, by its names, the digests of its earlier
 * versions. A target whose function is one of them is upstream's own, only older: what it lacks, it never had.
 */
export type Lineage = ReadonlyMap<string, ReadonlySet<string>>;

/** A digest of what a definition says, whatever its layout. */
export function digestOf(definition: Definition, text: string): string {
  return createHash('sha256').update(saying(definition, text), 'latin1').digest('hex').slice(0, 20);
}

/** The digests of the wanted definitions of a file, by their names. */
export function digests({ root, file }: Document, wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  const leads = (path: string): boolean => [...wanted].some((name) => name.startsWith(`${path}.`));
  const visit = (node: Node, outer: string): void => {
    for (const child of node.namedChildren) {
      if (!child) continue;
      const name = definedName(child, file.text);
      if (name === undefined) {
        if (CONTAINERS.test(child.type)) visit(child, outer);
        continue;
      }
      const path = outer === '' ? name : `${outer}.${name}`;
      if (wanted.has(path)) {
        found.set(path, digestOf({ path, shape: shapeOfNode(child, file.text, new Keys()) }, file.text));
      }
      if (leads(path) || CONTAINERS.test(child.type)) visit(child, leads(path) ? path : outer);
    }
  };
  visit(root, '');
  return found;
}

/** What definitions stand in, without a name of its own. */
const CONTAINERS =
  /^(?:block|decorated_definition|if_statement|else_clause|elif_clause|try_statement|declaration_list|field_declaration_list|template_declaration|preproc_\w+|linkage_specification)$/;
