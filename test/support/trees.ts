import NativeParser from 'tree-sitter';
import Cpp from 'tree-sitter-cpp';
import Cuda from 'tree-sitter-cuda';
import Python from 'tree-sitter-python';
import type { Language, Node } from '../../src/syntax/document.js';

const GRAMMARS = { cuda: Cuda, cpp: Cpp, python: Python } as unknown as Record<
  Language,
  NativeParser.Language
>;

/** Parses with the native build of tree-sitter, which the product does not use. */
export function parseNatively(text: string, language: Language): NativeParser.SyntaxNode {
  const parser = new NativeParser();
  parser.setLanguage(GRAMMARS[language]);
  return parser.parse(text, undefined, { bufferSize: 1 << 22 }).rootNode;
}

interface AnyNode {
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly isNamed: boolean;
  readonly isMissing: boolean;
  readonly children: readonly (AnyNode | null)[];
}

/** One line a node, indented by depth, unnamed nodes included. */
export function outline(root: Node | NativeParser.SyntaxNode): string {
  const lines: string[] = [];
  const visit = (node: AnyNode, depth: number): void => {
    const kind = `${node.isNamed ? '' : '"'}${node.type}${node.isMissing ? ' MISSING' : ''}`;
    lines.push(`${' '.repeat(depth)}${kind} ${node.startIndex}-${node.endIndex}`);
    for (const child of node.children) if (child) visit(child, depth + 1);
  };
  visit(root as AnyNode, 0);
  return lines.join('\n');
}
