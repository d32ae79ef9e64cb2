/**
 * An explicit `12.1` in the JIT's arch list builds for sm_121a.
 *
 * Shapes:
 *  none  – v0.3.0           no compilation context; the arch list is PyTorch's
 *  C1    v0.3.1             every arch from 9.0 on gets an `a`
 *  C2    v0.4.0 – v0.6.6    the listed arch is taken as it is
 *  C3    v0.6.7             every 12.x becomes 12.0f
 *  C4    v0.6.8 –           12.0 becomes 12.0f, 12.1 becomes 12.1a; a given suffix stays
 *
 * The judge runs the loop over the list with `12.1`, and looks at what it adds.
 */
import {
  ancestor,
  calleeName,
  descendants,
  field,
  functionsNamed,
  indentAt,
  insertLines,
  type Meaning,
  mark,
  type Node,
  NotUnderstood,
  PythonRun,
  parameters,
  positional,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { places, type Said } from '../../_families/places.js';

const ID = 'flashinfer/jit-arch-suffix';
const VARIABLE = 'FLASHINFER_CUDA_ARCH_LIST';

function atLeast(have: string, wanted: string): boolean {
  const [major = 0, minor = 0] = have.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = wanted.split('.').map(Number);
  return major > needMajor || (major === needMajor && minor >= needMinor);
}

/** What the loop adds for one entry of the list, e.g. `12.1a`. Throws NotUnderstood. */
function added(loop: Node, entry: string, { text }: SourceFile, cuda: string): string[] {
  const archs: string[] = [];
  const methods = ancestor(loop, 'class_definition') ?? loop.tree.rootNode;
  const meaning: Meaning = (node, _text, value) => {
    if (node.type !== 'call') return undefined;
    const name = calleeName(node, text);
    const args = positional(field(node, 'arguments')).map(value);
    if (name === 'is_cuda_version_at_least') return atLeast(cuda, String(args[0]));
    if (field(node, 'function')!.type === 'identifier') return undefined;
    if (name === 'add') {
      const [arch] = args;
      if (!Array.isArray(arch) || arch.length !== 2) throw new NotUnderstood('an arch that is not a pair');
      archs.push(`${arch[0]}.${arch[1]}`);
      return null;
    }
    const [fn] = functionsNamed(methods, name, text);
    const names = fn && parameters(fn, text).filter((parameter) => !/^(?:self|cls)$/.test(parameter));
    const given = new Map((names ?? []).map((parameter, index) => [parameter, args[index] ?? null]));
    return fn && new PythonRun(text, meaning, given, true).result(field(fn, 'body'));
  };
  const name = textOf(field(loop, 'left')!, text);
  new PythonRun(text, meaning, new Map([[name, entry]]), true).run(field(loop, 'body'));
  return archs;
}

/** The names in `(int(major), str(minor))`, where the pair is made of nothing else. */
function pairNames(loop: Node, text: string): { statement: Node; major: string; minor: string } | undefined {
  const adds = descendants(loop, 'call').filter((node) =>
    textOf(field(node, 'function')!, text).endsWith('.add'),
  );
  const [add] = adds;
  const pair = add && descendants(field(add, 'arguments')!, 'tuple')[0];
  const statement = add?.parent;
  if (adds.length !== 1 || pair?.namedChildren.length !== 2 || statement?.type !== 'expression_statement')
    return undefined;
  const [major, minor] = pair.namedChildren.map(
    (node) => /^(?:\w+\()?([A-Za-z_]\w*)\)?$/.exec(textOf(node!, text))?.[1],
  );
  return major && minor ? { statement, major, minor } : undefined;
}

/** What a loop makes of 12.1, and of targets that must stay as they are. */
function saidOf(loop: Node, file: SourceFile, cuda: string): Said {
  const stays = (entry: string): boolean => added(loop, entry, file, cuda).join() === entry;
  try {
    const native = added(loop, '12.1', file, cuda).join();
    if (!stays('12.1a')) return ['unknown', 'a given 12.1a is not kept'];
    // Targets before 9.0 have no suffix.
    if (!stays('8.0') || !stays('8.9')) return ['unknown', 'targets that have no suffix are given one'];
    if (['12.1a', '12.1f', '12.0f'].includes(native)) return ['right', `12.1 becomes ${native}`];
    if (native !== '12.1' || !pairNames(loop, file.text)) return ['unknown', `12.1 becomes ${native}`];
    return ['wrong', '12.1 stays 12.1, a plain target'];
  } catch (error) {
    if (error instanceof NotUnderstood) return ['unknown', `not understood: ${error.message}`];
    throw error;
  }
}

export default places({
  id: ID,
  project: 'flashinfer',
  title: 'An explicit 12.1 in the JIT arch list builds for sm_121a',
  why: 'FLASHINFER_CUDA_ARCH_LIST=12.1 is taken as it is: the JIT builds for plain sm_121, whose ISA lacks the FP4 conversions and MMA, and stops in ptxas.',
  effect: { kind: 'stops', concerns: 'JIT and AOT builds with FLASHINFER_CUDA_ARCH_LIST=12.1' },
  references: [
    { kind: 'commit', ref: '075775e4f', note: 'the list is taken verbatim from here on (v0.4.0)' },
    { kind: 'commit', ref: 'ad893cfab', date: '2026-03-20', note: 'every 12.x becomes 12.0f (v0.6.7)' },
    { kind: 'commit', ref: '04f4c0c9a', date: '2026-04-13', note: '12.1 becomes 12.1a (v0.6.8)' },
    {
      kind: 'measurement',
      ref: 'nvcc 13.0.88',
      note: 'quantization_utils.cuh of v0.6.3 stops in ptxas for 121; it assembles for 121a, 121f, 120f',
    },
  ],
  retire: 'when no pin is older than v0.6.7',
  upstreamStatus: 'Backport [04f4c0c9a]',
  dependsOnBuild: true,

  language: 'python',
  paths: /(?:^|\/)compilation_context\.py$/,
  content: new RegExp(VARIABLE),
  find: ({ root, file: { text } }) =>
    descendants(root, 'for_statement')
      .filter((loop) => textOf(field(loop, 'right')!, text).includes(VARIABLE))
      .map((node) => ({ node })),
  judge: ({ node }, { file }, { build }) => saidOf(node, file, build.cuda),
  edit({ node }, { file }) {
    const { statement, major, minor } = pairNames(node, file.text)!;
    const step = indentAt(file.text, statement.startIndex).startsWith('\t') ? '\t' : '    ';
    return [
      insertLines(file, statement.startIndex, [
        `if int(${major}) == 12 and str(${minor}).isdigit():  # ${mark(ID)}`,
        `${step}${minor} = str(${minor}) + "a"`,
      ]),
    ];
  },
  strange: (loops, [file]) =>
    file && loops.length === 0 ? `${file.file.path} reads ${VARIABLE} in a way that is not known` : undefined,
  absent: `this revision does not read ${VARIABLE}`,
  reason: {
    wrong: `12.1 in ${VARIABLE} builds for plain sm_121`,
    right: `12.1 in ${VARIABLE} builds for a target that has the FP4 instructions`,
  },
});
