import type { Node } from '../../../syntax/document.js';
import { children, descendants, field, textOf } from '../../../syntax/query.js';
import { CONSTANT, HELPER, IDLE, LOCAL, STANDS_FOR_VALUE } from '../added.js';

/** What a mutation brought in: something that does nothing, or a name for a value. */
export type Brought = 'idle' | { readonly name: string; readonly value: Node | undefined };

/** What a helper with nothing but a `return` gives back; any other value is itself. */
function given(value: Node | undefined): Node | undefined {
  const inner =
    value && /lambda|function/.test(value.type) ? descendants(value, 'return_statement')[0] : undefined;
  return inner ? children(inner)[0] : value;
}

/** Tells a definition that a mutation made; undefined for all code of the source's own. */
export function broughtIn(node: Node, text: string): Brought | undefined {
  const head = textOf(node, text);
  const among = (names: readonly string[], before: string): string | undefined =>
    names.find(
      (name) => head.startsWith(before + name) && !/\w/.test(head[before.length + name.length] ?? ''),
    );
  const idle = (before: string): Brought | undefined => (among(IDLE, before) ? 'idle' : undefined);
  const held = (name: string | undefined, value: Node | undefined): Brought | undefined =>
    name === undefined ? undefined : { name, value: given(value) };
  switch (node.type) {
    case 'decorator':
      return idle('@');
    case 'class_definition':
      return idle('class ');
    case 'function_definition':
      return held(among([HELPER], 'def '), node) ?? idle('def ');
    case 'assignment':
      return held(among(STANDS_FOR_VALUE, ''), field(node, 'right')) ?? idle('');
    case 'declaration':
      return held(among([LOCAL, HELPER], 'const auto '), field(field(node, 'declarator'), 'value'));
    case 'preproc_def':
      return held(among([CONSTANT], '#define '), field(node, 'value'));
    case 'preproc_if':
      return textOf(field(node, 'condition') ?? node, text) === '0' ? 'idle' : undefined;
  }
  return undefined;
}
