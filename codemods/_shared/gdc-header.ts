import {
  activeRanges,
  ancestors,
  descendants,
  deviceMacros,
  type Edit,
  insert,
  isOurs,
  type JudgeContext,
  joinLines,
  lineStart,
  mark,
  type Node,
  type Site,
  type SourceFile,
  textOf,
} from '../../src/api.js';

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

export interface HeaderSite extends Site {
  /** Start of the line that the new block goes before. */
  readonly insertAt: number;
}

/** The outermost namespace around a node, or the node's function. */
function outermost(node: Node): Node {
  const scopes = [...ancestors(node)].filter((at) => at.type === 'namespace_definition');
  return scopes.at(-1) ?? node;
}

/**
 * The header that turns `griddepcontrol` on and off: one site. It is right where a build for sm_121a that
 * defines CUTLASS_ENABLE_GDC_FOR_SM100 compiles the instructions.
 */
export async function headerSite(file: SourceFile, context: JudgeContext, id: string): Promise<HeaderSite> {
  const { text } = file;
  const { root } = await context.parse(file, 'cuda');
  const uses = descendants(root, 'gnu_asm_expression').filter((asm) =>
    textOf(asm, text).includes('griddepcontrol.'),
  );
  const site = (state: Site['state'], what: string, offset = 0, insertAt = 0): HeaderSite => ({
    file,
    offset,
    state,
    what,
    insertAt,
  });
  const [first] = uses;
  if (!first || uses.length !== 2)
    return site('unknown', `${uses.length} griddepcontrol statements where there are 2`);
  const compiledFor = (sm: string): boolean[] => {
    const ranges = activeRanges(text, macrosFor(sm));
    return uses.map(({ startIndex }) =>
      ranges.some(({ start, end }) => start <= startIndex && startIndex < end),
    );
  };
  const native = compiledFor('121a');
  const at = first.startIndex;
  if (native.every(Boolean)) {
    const what = 'grid dependency control is compiled for sm_121a';
    return site(isOurs(file, id) ? 'ours' : 'right', what, at);
  }
  // A header that knows no target at all is not the one that the inserted block belongs to.
  if (native.some(Boolean) || !compiledFor('90a').every(Boolean) || !/\bCUTLASS_GDC_ENABLED\b/.test(text)) {
    return site('unknown', 'grid dependency control hangs on conditions that are not known', at);
  }
  return site(
    'wrong',
    'grid dependency control is left out for sm_121',
    at,
    lineStart(text, outermost(first).startIndex),
  );
}

/** The block that turns it on for the arch- and family-specific targets of 12.0 and 12.1. */
export function headerEdit({ file, insertAt }: HeaderSite, id: string): Edit {
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
  return insert(file, insertAt, joinLines(lines, file.text));
}
