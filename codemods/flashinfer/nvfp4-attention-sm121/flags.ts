/** What the NVFP4 attention is compiled for: flags by name, or those of the compilation's own devices. */
import {
  ancestor,
  assignmentsTo,
  calleeName,
  callsOf,
  type Document,
  field,
  functionsNamed,
  insertLines,
  keywordValue,
  mark,
  type Node,
  pythonValue,
  replace,
  textOf,
} from '../../../src/api.js';
import type { Judged } from '../../_families/places.js';
import { ID, MODULE } from './gates.js';

const FIXED = 'sm120a_nvcc_flags';
const ASKED = 'get_nvcc_flags_list';

/** Operands of a sum of lists. */
function summands(node: Node | undefined): Node[] {
  if (node?.type !== 'binary_operator') return node ? [node] : [];
  return [...summands(field(node, 'left')), ...summands(field(node, 'right'))];
}

/** Where flags are from: asked of the compilation for 12.x, or fixed where that raised. */
function isAsked(name: Node, fn: Node, text: string): boolean {
  const values = assignmentsTo(fn, textOf(name, text), text).map((at) => field(at, 'right')!);
  const asked = values.filter((value) => {
    const majors = value.type === 'call' && keywordValue(value, 'supported_major_versions', text);
    const known = majors && pythonValue(majors, text, () => undefined);
    return calleeName(value, text) === ASKED && String(known) === '12';
  });
  const instead = values.filter(
    (value) => textOf(value, text) === FIXED && ancestor(value, 'except_clause') !== undefined,
  );
  return asked.length === 1 && asked.length + instead.length === values.length;
}

export function compilations({ file, root }: Document): Judged[] {
  const { text } = file;
  return functionsNamed(root, MODULE, text).flatMap((fn) =>
    callsOf(fn, 'gen_jit_spec', text).map((node): Judged => {
      const named = summands(keywordValue(node, 'extra_cuda_cflags', text)).filter(
        ({ type }) => type === 'identifier',
      );
      const fixed = named.find((name) => textOf(name, text) === FIXED);
      const asked = named.some((name) => isAsked(name, fn, text));
      const statement = ancestor(node, 'return_statement', 'expression_statement');
      if (asked !== (fixed === undefined)) {
        return { node, said: ['unknown', 'compiled for nobody knows what'] };
      }
      if (!fixed) return { node, said: ['right', 'compiled for the devices of 12.x'] };
      const free =
        statement?.parent?.id === field(fn, 'body')?.id && !/\bnvcc_flags\b/.test(textOf(fn, text));
      const core = /^from \.core import\b/m.test(text);
      if (!free || !core) return { node, said: ['unknown', 'compiled for 12.0a, in a way of its own'] };
      const lines = [
        `# ${mark(ID)}`,
        '# CUDA before 12.9 knows no device of 12.x by itself.',
        'from .core import current_compilation_context',
        '',
        'try:',
        `    nvcc_flags = current_compilation_context.${ASKED}(supported_major_versions=[12])`,
        'except RuntimeError:',
        `    nvcc_flags = ${FIXED}`,
      ];
      const edits = [insertLines(file, statement!.startIndex, lines), replace(file, fixed, 'nvcc_flags')];
      return { node: fn, said: ['wrong', 'compiled for 12.0a'], edits };
    }),
  );
}
