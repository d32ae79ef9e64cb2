/** The host entry of the experts' quantisation: it must be compiled in where only SM120 kernels are. */
import {
  activeRanges,
  ancestor,
  canMarkAbove,
  type Document,
  field,
  isOurs,
  mark,
  newlineOf,
  replace,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { ID, type ListSite } from './site.js';

/** The kernel file's function, in a declaration or a call. */
const KERNEL = /\bscaled_fp4_experts_quant_sm\w*\s*\(/g;
const ONLY_SM100 = /^defined\s*\(?\s*ENABLE_NVFP4_SM100\s*\)?\s*&&\s*ENABLE_NVFP4_SM100$/;

function wrongSite(document: Document, offset: number): ListSite {
  const { root, file } = document;
  const { text } = file;
  const what = 'the experts quantisation is compiled in for SM100 only';
  const guard = ancestor(root.descendantForIndex(offset)!, 'preproc_if');
  const condition = field(guard, 'condition');
  const known = condition && ONLY_SM100.test(textOf(condition, text));
  if (
    !guard ||
    !condition ||
    !known ||
    field(guard, 'alternative') ||
    !canMarkAbove(file, guard.startIndex)
  ) {
    return { file, offset, kind: 'entry', state: 'unknown', what };
  }
  const other = 'defined ENABLE_NVFP4_SM120 && ENABLE_NVFP4_SM120';
  const widened = `(${textOf(condition, text)}) || \\${newlineOf(text)}    (${other})`;
  const edit = replace(file, condition, widened);
  return { file, offset: guard.startIndex, kind: 'entry', state: 'wrong', what, edit };
}

/** One site for each mention of the kernel's function. */
export function entrySites(document: Document): ListSite[] {
  const { file } = document;
  const { text } = file;
  const compiled = activeRanges(text, new Map([['ENABLE_NVFP4_SM120', '1']]));
  const isCompiled = (offset: number): boolean =>
    compiled.some((range) => range.start <= offset && offset < range.end);
  return [...text.matchAll(KERNEL)].map(({ index: offset }) => {
    if (!isCompiled(offset)) return wrongSite(document, offset);
    const guard = ancestor(document.root.descendantForIndex(offset)!, 'preproc_if');
    const ours =
      guard !== undefined && isOurs(file, ID, { startIndex: guard.startIndex, endIndex: guard.startIndex });
    const what = 'the experts quantisation is compiled in with SM120 kernels alone';
    return { file, offset: guard?.startIndex ?? offset, kind: 'entry', state: ours ? 'ours' : 'right', what };
  });
}

export const holdsEntry = ({ text }: SourceFile): boolean =>
  text.search(KERNEL) >= 0 && !text.includes('__global__');
export const sourceLines = (path: string, indent: string): string[] => [
  `${indent}# ${mark(ID)}`,
  `${indent}"${path}"`,
];
