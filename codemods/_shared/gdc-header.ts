import {
  activeRanges,
  ancestors,
  type Document,
  descendants,
  deviceMacros,
  type Edit,
  insert,
  joinLines,
  lineStart,
  mark,
  type Node,
  type SourceFile,
  textOf,
} from '../../src/api.js';
import type { Judged, Part } from '../_families/places.js';

/** Grid dependency control, asked for in a kernel built for `sm`: what the header's conditions see. */
function macrosFor(sm: string): Map<string, string> {
  return new Map([
    ...deviceMacros(sm),
    ['CUTLASS_ENABLE_GDC_FOR_SM90', '1'],
    ['CUTLASS_ENABLE_GDC_FOR_SM100', '1'],
    ['CUDA_BARRIER_ENABLED', '1'],
    ['__CUDACC_VER_MAJOR__', '13'],
    ['__CUDACC_VER_MINOR__', '0'],
  ]);
}

/** The outermost namespace around a node, or the node's function. */
function outermost(node: Node): Node {
  const scopes = [...ancestors(node)].filter((at) => at.type === 'namespace_definition');
  return scopes.at(-1) ?? node;
}

/** The block that turns it on for the arch- and family-specific targets of 12.0 and 12.1. */
function block(file: SourceFile, offset: number, id: string): Edit {
  const lines = [
    `// ${mark(id)}: SM120 and SM121.`,
    '#if !defined(CUTLASS_GDC_ENABLED) && defined(CUTLASS_ENABLE_GDC_FOR_SM100) && \\',
    '    defined(__CUDA_ARCH__) && (__CUDA_ARCH__ == 1200 || __CUDA_ARCH__ == 1210) && \\',
    '    (defined(__CUDA_ARCH_FAMILY_SPECIFIC__) || defined(__CUDA_ARCH_SPECIFIC__) || \\',
    '     defined(__CUDA_ARCH_FEAT_SM120_ALL) || defined(__CUDA_ARCH_FEAT_SM121_ALL))',
    '#define CUTLASS_GDC_ENABLED',
    '#endif',
    '',
    '',
  ];
  return insert(file, lineStart(file.text, offset), joinLines(lines, file.text));
}

function headerOf({ file, root }: Document, id: string): Judged {
  const { text } = file;
  const uses = descendants(root, 'gnu_asm_expression').filter((asm) =>
    textOf(asm, text).includes('griddepcontrol.'),
  );
  const [node] = uses;
  if (!node || uses.length !== 2) {
    return { node: root, said: ['unknown', `${uses.length} griddepcontrol statements where there are 2`] };
  }
  const compiledFor = (sm: string): boolean[] => {
    const ranges = activeRanges(text, macrosFor(sm));
    return uses.map(({ startIndex }) =>
      ranges.some(({ start, end }) => start <= startIndex && startIndex < end),
    );
  };
  const native = compiledFor('121a');
  const place = { node, marked: { startIndex: 0, endIndex: text.length } };
  if (native.every(Boolean)) {
    return { ...place, said: ['right', 'grid dependency control is compiled for sm_121a'] };
  }
  // A header that knows no target at all is not the one that the inserted block belongs to.
  if (native.some(Boolean) || !compiledFor('90a').every(Boolean) || !/\bCUTLASS_GDC_ENABLED\b/.test(text)) {
    return {
      ...place,
      said: ['unknown', 'grid dependency control hangs on conditions that are not known'],
    };
  }
  const said: Judged['said'] = ['wrong', 'grid dependency control is left out for sm_121'];
  return { ...place, said, edits: [block(file, outermost(node).startIndex, id)] };
}

/**
 * The header that turns `griddepcontrol` on and off: one place a file. It is right where a build for sm_121a that
 * defines CUTLASS_ENABLE_GDC_FOR_SM100 compiles the instructions.
 */
export const gdcHeader = (paths: RegExp, id: string): Part => ({
  language: 'cuda',
  paths,
  content: /griddepcontrol/,
  look: (document) => [headerOf(document, id)],
});
