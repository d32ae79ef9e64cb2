import { indentAt, newlineOf } from '../../../source/text.js';
import type { Node } from '../../../syntax/document.js';
import { nameOf } from '../../../syntax/python.js';
import { descendants, field, textOf } from '../../../syntax/query.js';
import { DECORATOR, MIXIN } from '../added.js';
import { isFixed } from '../leaves.js';
import type { Change, Mutation, Replacement, Subject } from '../mutation.js';
import { firstOf } from './constants.js';

/** Bases whose classes take no other one beside them. */
const ALONE = /\b(?:NamedTuple|TypedDict|Protocol|\w*Enum|Generic|\w*Flag)\b/;

/** Replacements together with the definition that they use, before all code of the file. */
function using(
  { root, text }: Subject,
  replace: Replacement[],
  lines: readonly string[],
): Change | undefined {
  const first = firstOf(root!);
  const newline = newlineOf(text);
  if (replace.length === 0 || !first || first.startIndex !== text.lastIndexOf('\n', first.startIndex) + 1)
    return undefined;
  const defined = [...lines, '', ''].map((line) => line + newline).join('');
  return { replace: [{ start: first.startIndex, end: first.startIndex, text: defined }, ...replace] };
}

const start = (node: Node): number =>
  node.parent?.type === 'decorated_definition' ? node.parent.startIndex : node.startIndex;

export const DEFINITIONS: readonly Mutation[] = [
  {
    name: 'decorator',
    kind: 'structure',
    styles: ['python'],
    mutate(subject, choice) {
      const { root, text } = subject;
      const replace = descendants(root!, 'function_definition')
        .filter((node) => !isFixed(node) && choice.takes(nameOf(node, text)))
        // A property's setter must find the property, and a compiler its kernel, right below it.
        .filter((node) => node.parent?.type !== 'decorated_definition')
        .map((node) => {
          const line = `@${DECORATOR}${newlineOf(text)}${indentAt(text, node.startIndex)}`;
          return { start: start(node), end: start(node), text: line };
        });
      return using(subject, replace, [`def ${DECORATOR}(fn):`, '    return fn']);
    },
  },
  {
    name: 'base-class',
    kind: 'structure',
    styles: ['python'],
    mutate(subject, choice) {
      const { root, text } = subject;
      const replace = descendants(root!, 'class_definition').flatMap((node) => {
        const [name, bases] = [field(node, 'name')!, field(node, 'superclasses')];
        if (isFixed(node) || !choice.takes(nameOf(node, text))) return [];
        if (!bases) return [{ start: name.endIndex, end: name.endIndex, text: `(${MIXIN})` }];
        const last = bases.namedChildren.filter((each) => each?.type !== 'comment').at(-1);
        const plain = bases.namedChildren.every(
          (each) => each && /^(?:identifier|attribute)$/.test(each.type),
        );
        if (!last || !plain || ALONE.test(textOf(bases, text))) return [];
        return [{ start: last.endIndex, end: last.endIndex, text: `, ${MIXIN}` }];
      });
      return using(subject, replace, [`class ${MIXIN}:`, '    pass']);
    },
  },
];
