/**
 * The CUTLASS FMHA, whose products are tcgen05 instructions, is not offered to SM12x.
 *
 * Shapes of `get_fmha_module`, and of the devices that its module is compiled for:
 *  -   – v0.2.5            no such kernel
 *  G1  v0.2.6 – v0.3.0     for 10.0 alone
 *  G2  v0.3.1              refuses SM12x, but is compiled for major versions 10, 11, 12
 *  G3  v0.4.0 – v0.6.6     admits SM12x, and is compiled for it
 *  G4  v0.6.7 –            refuses SM12x and names another backend; compiled for 10 and 11
 */
import {
  calleeName,
  callsOf,
  field,
  functionsNamed,
  insertLines,
  keywordValue,
  lineStart,
  type Meaning,
  mark,
  markAbove,
  type Node,
  PythonRun,
  parameters,
  positional,
  pythonValue,
  replace,
  type SourceFile,
  statements,
  textOf,
} from '../../../src/api.js';
import { capabilityOf } from '../../_families/arch.js';
import { type Judged, parts } from '../../_families/places.js';

const ID = 'flashinfer/cutlass-fmha-gate';
const GATE = 'get_fmha_module';
const MODULE = 'gen_fmha_cutlass_sm100a_module';
const DEVICES = [90, 100, 110, 120, 121];

/** FlashInfer's checks on a device: `is_sm100a_supported` is for the family, and so are `f` and `x`. */
const onFlashInfer = (capability: number): Meaning => {
  const asked = capabilityOf(capability);
  return (node, text, value) => {
    const [, version, family] = /^is_sm(\d+)([afx])_supported$/.exec(calleeName(node, text)) ?? [];
    if (node.type !== 'call' || !version) return asked(node, text, value);
    const major = Number(family === 'x' ? version : version.slice(0, -1));
    const exact = major === 12 && family === 'a';
    return exact ? capability === Number(version) : Math.floor(capability / 10) === major;
  };
};

/** Devices on which the function comes to the module. */
function admitted(fn: Node, text: string): number[] {
  return DEVICES.filter((capability) => {
    let reached = false;
    const device = onFlashInfer(capability);
    const run = new PythonRun(text, (node, own, value) => {
      if (node.type === 'call' && calleeName(node, own) === MODULE) reached = true;
      return device(node, own, value);
    });
    run.run(field(fn, 'body'));
    return reached;
  });
}

/** The first statement behind the docstring, where it has a line of its own. */
function firstStatement(fn: Node, text: string): Node | undefined {
  const first = statements(fn).find(({ namedChildren: [only] }) => only?.type !== 'string');
  const own = first && text.slice(lineStart(text, first.startIndex), first.startIndex).trim() === '';
  return own ? first : undefined;
}

/** What the function says of SM12x; a refusal goes in front. */
function gateOf(node: Node, file: SourceFile): Judged {
  const { text } = file;
  const devices = admitted(node, text);
  const what = `offered to ${devices.join(', ') || 'nobody that is known'}`;
  if (!devices.includes(100) || devices.includes(90)) return { node, said: ['unknown', what] };
  if (!devices.includes(120) && !devices.includes(121)) return { node, said: ['right', what] };
  const editable = parameters(node, text).includes('device') && /^import torch\b/m.test(text);
  const first = editable && devices.includes(120) && devices.includes(121) && firstStatement(node, text);
  if (!first) return { node, said: ['unknown', what] };
  const lines = [
    `# ${mark(ID)}`,
    'if torch.cuda.get_device_capability(device)[0] == 12:',
    '    raise ValueError("SM12x has no tcgen05, which the CUTLASS FMHA is made of: use backend=\'fa2\'")',
  ];
  return { node, said: ['wrong', what], edits: [insertLines(file, first.startIndex, lines)] };
}

/** What the module is compiled for. */
function flagsOf(call: Node, file: SourceFile): Judged {
  const { text } = file;
  const node = keywordValue(call, 'supported_major_versions', text) ?? call;
  const majors = node.type === 'list' ? pythonValue(node, text, () => undefined) : undefined;
  const what = `compiled for major versions ${Array.isArray(majors) ? majors.join(', ') : 'nobody knows which'}`;
  const known = { '10,11': 'right', '10,11,12': 'wrong' } as const;
  const state = known[String(majors) as keyof typeof known] ?? 'unknown';
  if (state !== 'wrong') return { node, said: [state, what] };
  const kept = positional(node).map((major) => textOf(major, text));
  const edits = [
    replace(file, node, `[${kept.filter((major) => major !== '12').join(', ')}]`),
    markAbove(file, node.startIndex, ID),
  ];
  return { node, said: [state, what], edits };
}

export default parts({
  id: ID,
  project: 'flashinfer',
  title: 'The CUTLASS FMHA is not offered to SM12x',
  why: 'The prefill\'s backend "cutlass" takes any SM12x device: a minute\'s compilation of a kernel whose tcgen05 products SM12x lacks, and which asks for 196,864 bytes of shared memory where GB10 has 101,376. It cannot run.',
  effect: { kind: 'stops', concerns: 'callers of the prefill with backend="cutlass", and of fmha_varlen' },
  references: [
    {
      kind: 'commit',
      ref: '74e99e8bb',
      date: '2026-03-13',
      note: 'upstream (#2560, first in v0.6.7), run on GB10',
    },
  ],
  retire: 'when no pin is older than v0.6.7',
  upstreamStatus: 'Backport [74e99e8bb]',

  parts: [
    {
      language: 'python',
      paths: /^flashinfer\/(?:\w+\/)*\w+\.py$/,
      content: new RegExp(`\\bdef (?:${GATE}|${MODULE})\\b`),
      look: ({ root, file }) => [
        ...functionsNamed(root, GATE, file.text).map((fn) => gateOf(fn, file)),
        ...functionsNamed(root, MODULE, file.text)
          .flatMap((fn) => callsOf(fn, 'get_nvcc_flags_list', file.text))
          .map((call) => flagsOf(call, file)),
      ],
    },
  ],
  absent: 'this revision has no CUTLASS FMHA',
  reason: {
    wrong: 'the CUTLASS FMHA is offered to SM12x, or compiled for it, which has no tcgen05',
    right: 'the CUTLASS FMHA is for devices with tcgen05 alone',
  },
});
