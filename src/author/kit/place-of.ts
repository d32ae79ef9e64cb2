import type { Spot } from '../../codemod/types.js';
import { languageOf } from '../../patch/language.js';
import { lineNumber } from '../../source/text.js';
import type { SourceTree } from '../../source/tree.js';
import { Documents } from '../../syntax/parser.js';
import { ancestors } from '../../syntax/query.js';

/** How a site looks to a fix: its line, and the nodes that it stands in, outermost first. */
export async function placeOf(site: Spot, tree: SourceTree): Promise<string[]> {
  const file = await tree.read(site.path);
  if (!file) return [];
  const line = lineNumber(file.text, site.offset);
  const shown = [`  ${file.text.split('\n')[line - 1]!.trimEnd()}`];
  const language = languageOf(site.path);
  if (language === undefined) return shown;
  const documents = new Documents();
  try {
    const { root } = await documents.parse(file, language);
    const at = file.text.slice(site.offset).search(/\S/);
    const node = root.descendantForIndex(site.offset + Math.max(0, at));
    if (!node) return shown;
    const way = [node, ...ancestors(node)].reverse().map(({ type }) => type);
    return [...shown, `  in ${way.join(' > ')}`];
  } finally {
    documents.dispose();
  }
}
