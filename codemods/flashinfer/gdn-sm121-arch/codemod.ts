/**
 * SM12x kernels of the gated delta net are compiled for the device that runs them.
 *
 * Shapes, below gdn_kernels/delta_rule_dsl/:
 *  -   – v0.6.13            no kernels for SM12x
 *  P1  v0.6.14              one `cute.GPUArch("sm_120a")`, and a check of the PTX that is for "sm_120a"
 *  P2  v0.6.15, .post1      five, and the check
 *  P3  v0.6.16 –            one function makes the arch of the device's capability; the check knows both
 */
import {
  calleeName,
  callsOf,
  type Document,
  descendants,
  enclosingFunction,
  field,
  insert,
  markAbove,
  type Node,
  positional,
  replace,
  stringValue,
  textOf,
} from '../../../src/api.js';
import { argumentOn } from '../../_families/arch.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'flashinfer/gdn-sm121-arch';

interface ArchPlace extends Place {
  readonly kind: 'target' | 'check';
  /** The expression that names the arch. */
  readonly arch: Node;
}

/** Archs that a compiler is asked for, and options that are looked for by their arch. Other families are right. */
function find({ root, file: { text } }: Document): ArchPlace[] {
  const isOther = (arch: Node | undefined): boolean => /^sm_(?!12)/.test(stringValue(arch, text) ?? '');
  const targets = callsOf(root, 'GPUArch', text).flatMap((node): ArchPlace[] => {
    const [arch] = positional(field(node, 'arguments'));
    return arch && !isOther(arch) ? [{ node, kind: 'target', arch }] : [];
  });
  const checks = descendants(root, 'call').flatMap((node): ArchPlace[] => {
    const [, option, arch] = positional(field(node, 'arguments'));
    const asks = option && arch && /\bGPUArch$/.test(textOf(option, text));
    return asks && /^sm_12\da$/.test(stringValue(arch, text) ?? '') ? [{ node, kind: 'check', arch }] : [];
  });
  // One check a function, however many archs it names.
  const first = checks.filter(
    ({ node }, index) =>
      checks.findIndex((other) => enclosingFunction(other.node)?.id === enclosingFunction(node)?.id) ===
      index,
  );
  return [...targets, ...first];
}

/** The tensor whose device the kernel will run on: the function's first parameter that is always one. */
function tensorOf(node: Node, text: string): string | undefined {
  const given = field(enclosingFunction(node), 'parameters')?.namedChildren ?? [];
  const tensor = given.find(
    (parameter) => parameter && /^\w+\s*:\s*torch\.Tensor$/.test(textOf(parameter, text)),
  );
  return tensor ? /^\w+/.exec(textOf(tensor, text))?.[0] : undefined;
}

function judge({ node, kind, arch }: ArchPlace, { file: { text } }: Document): Said {
  const fn = enclosingFunction(node);
  if (kind === 'check') {
    const body = fn ? textOf(fn, text) : '';
    const asked = ['sm_120a', 'sm_121a'].map(
      (name) => body.includes(`"${name}"`) || body.includes(`'${name}'`),
    );
    if (asked[0] && asked[1]) return ['right', 'the PTX is checked for 12.0 and 12.1'];
    const plain = calleeName(node, text) === '_has_option_value' && node.parent?.type === 'return_statement';
    return [asked[0] && plain ? 'wrong' : 'unknown', 'the PTX is checked for 12.0 alone'];
  }
  const [on120, on121] = [120, 121].map((device) => argumentOn(node, arch, fn, text, device));
  if (on120 === 'sm_120a' && on121 === 'sm_121a') return ['right', 'compiled for the device'];
  const literal = stringValue(arch, text) === 'sm_120a' && tensorOf(node, text) !== undefined;
  return [
    literal && /^import torch\b/m.test(text) ? 'wrong' : 'unknown',
    `compiled for ${on121 ?? 'nobody knows what'}`,
  ];
}

export default places<ArchPlace>({
  id: ID,
  project: 'flashinfer',
  title: 'SM12x kernels of the gated delta net are compiled for their device',
  why: 'The prefill of Qwen3-Next, Qwen3.5 and later is compiled for the literal sm_120a: on GB10 there is no execution engine for it, and the module fails at load.',
  effect: { kind: 'stops', concerns: 'models with gated delta nets (Qwen3-Next, Qwen3.5 and later)' },
  references: [
    {
      kind: 'commit',
      ref: '3caf5d2bf',
      date: '2026-07-24',
      note: 'upstream (#3960, first in v0.6.16), run on GB10',
    },
  ],
  retire: 'when no pin is older than v0.6.16',
  upstreamStatus: 'Backport [3caf5d2bf]',

  language: 'python',
  paths: /(?:^|\/)gdn_kernels\/delta_rule_dsl\/(?:.*\/)?\w+\.py$/,
  content: /\bGPUArch\b/,
  find,
  judge,
  edit({ node, kind, arch }, { file }) {
    const { text } = file;
    if (kind === 'check') {
      const other = textOf(node, text).replace('sm_120a', 'sm_121a');
      return [insert(file, node.endIndex, ` or ${other}`), markAbove(file, node.startIndex, ID)];
    }
    const minor = `torch.cuda.get_device_capability(${tensorOf(node, text)}.device)[1]`;
    return [
      insert(file, arch.startIndex, 'f'),
      replace(file, { startIndex: arch.startIndex + 1, endIndex: arch.endIndex - 1 }, `sm_12{${minor}}a`),
      markAbove(file, node.startIndex, ID),
    ];
  },
  absent:
    'nothing below gdn_kernels/delta_rule_dsl/ is compiled for sm_120a or for the device that runs it: no kernel of the gated delta net is for SM12x',
  reason: {
    wrong: 'kernels of the gated delta net are compiled for sm_120a, which GB10 cannot load',
    right: 'kernels of the gated delta net are compiled for the device that runs them',
  },
});
