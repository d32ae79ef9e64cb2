import { newlineOf } from '../../source/text.js';
import type { Node } from '../../syntax/document.js';
import { nameOf } from '../../syntax/python.js';
import { children, descendants, field, textOf } from '../../syntax/query.js';
import type { Choice } from './choice.js';
import { isFixed } from './leaves.js';
import type { Subject } from './mutation.js';

/** A file of which a function went to another one, beside it. */
export interface Split {
  readonly path: string;
  /** What is left, and takes the part in again. */
  readonly text: string;
  readonly part: { readonly path: string; readonly text: string };
}

const STEM = /([^/]+?)\.(\w+)$/;

/** What takes a part in: a line that says so, and, in Python, the imports that the part has of its own. */
const INCLUDE = /^#include "\w+_part\.\w+"[ \t]*$/m;
const IMPORT = /^from \.\w+_part import \w+$/m;
const OWN_IMPORTS = /^[\s\S]*?# the part\r?\n/;

/** Functions that stand at the outermost, or in a namespace. */
function candidates({ root, text, style }: Subject): Node[] {
  const holders = [root!, ...descendants(root!, 'declaration_list')];
  return holders
    .flatMap(children)
    .filter((node) => node.type === 'function_definition' && !isFixed(node))
    .filter((node) =>
      style === 'cpp'
        ? !/^[ \t]*#/m.test(textOf(node, text))
        : node.parent?.type === 'module' && !needsMore(node, root!, text),
    );
}

/** True where a function of Python names what its module defines, and does not import. */
function needsMore(fn: Node, root: Node, text: string): boolean {
  const imports = children(root).filter(({ type }) => /import/.test(type));
  const known = new Set(
    imports.flatMap((node) => descendants(node, 'identifier').map((name) => textOf(name, text))),
  );
  const defined = new Set(
    descendants(root, 'identifier')
      .filter(({ parent }) =>
        /^(?:function_definition|class_definition|assignment|pattern_list)$/.test(parent?.type ?? ''),
      )
      .map((name) => textOf(name, text)),
  );
  const own = new Set(descendants(fn, 'assignment').map((node) => textOf(field(node, 'left')!, text)));
  return descendants(field(fn, 'body')!, 'identifier').some((name) => {
    const said = textOf(name, text);
    return defined.has(said) && !known.has(said) && !own.has(said);
  });
}

/** Puts one function of a file into a file of its own; undefined where none can go. */
export function split(subject: Subject, choice: Choice): Split | undefined {
  const { path, text, style, root } = subject;
  const stem = STEM.exec(path);
  if (!root || style === 'cmake' || !stem || /__init__/.test(path) || INCLUDE.test(text) || IMPORT.test(text))
    return undefined;
  const order = (node: Node): number => choice.of(textOf(node, text).slice(0, 40), 1 << 30);
  const [fn] = candidates(subject).sort((a, b) => order(a) - order(b));
  if (!fn || !/(?:^|\n)$/.test(text.slice(0, fn.startIndex))) return undefined;
  const newline = newlineOf(text);
  const name = `${stem[1]}_part`;
  const extension =
    style === 'python'
      ? 'py'
      : stem[2]!.replace(/^cu$/, 'cuh').replace(/^c\w+$/, (now) => (now === 'cuh' ? now : 'h'));
  const head = children(root)
    .filter(({ type }) => /import/.test(type))
    .map((node) => textOf(node, text) + newline);
  const line =
    style === 'python' ? `from .${name} import ${nameOf(fn, text)}` : `#include "${name}.${extension}"`;
  const before = style === 'python' ? `${head.join('')}# the part${newline}` : '';
  return {
    path,
    text: text.slice(0, fn.startIndex) + line + text.slice(fn.endIndex),
    part: {
      path: `${path.slice(0, stem.index)}${name}.${extension}`,
      text: before + textOf(fn, text) + newline,
    },
  };
}

/** Files with their parts put back. */
export function joined(files: ReadonlyMap<string, string>): Map<string, string> {
  const whole = new Map(files);
  for (const [path, text] of files) {
    const said = /^(?:#include "|from \.)(\w+_part)/m.exec(text)?.[1];
    const folder = path.replace(/[^/]+$/, '');
    const part = said && [...files.keys()].find((other) => other.replace(/\.\w+$/, '') === folder + said);
    if (!part) continue;
    const inside = files.get(part)!.replace(OWN_IMPORTS, '').trimEnd();
    whole.set(
      path,
      text.replace(path.endsWith('.py') ? IMPORT : INCLUDE, () => inside),
    );
    whole.delete(part);
  }
  return whole;
}
