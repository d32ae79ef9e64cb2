/** The gate of attention sinks in FlashInfer's backend, and whether a prefill beside it knows them on SM12x. */
import {
  ancestors,
  behind,
  calleeName,
  type Document,
  descendants,
  field,
  functionsNamed,
  holds,
  type JudgeContext,
  keywordValue,
  type Meaning,
  type Node,
  onPlatform,
  PythonRun,
  type SourceFile,
  searchParsed,
} from '../../../src/api.js';
import { admitted } from '../../_families/gate.js';

export const SINKS_HARM =
  'without a prefill that knows the sinks, gpt-oss scores 0.000 on GSM8K (measured upstream, #52148)';

/** Conditions below which a node is reached, with what each must say: what a local stands for is read. */
function gatesOf(node: Node, text: string): { condition: Node; taken: boolean }[] {
  return [...ancestors(node)].flatMap((at) => {
    const condition = /^(?:if_statement|elif_clause)$/.test(at.type) ? field(at, 'condition') : undefined;
    if (!condition || (node.startIndex >= condition.startIndex && node.endIndex <= condition.endIndex))
      return [];
    const body = field(at, 'consequence')!;
    const taken = body.startIndex <= node.startIndex && node.endIndex <= body.endIndex;
    return [{ condition: behind(condition, text), taken }];
  });
}

/**
 * Whether a prefill wrapper is made for sinks, on a condition about the device that SM12x meets. Undefined where
 * one is made on conditions of which none is seen to be about the device.
 */
function hasSinkPrefill({ root, file: { text } }: Document): boolean | undefined {
  const calls = text.includes('AttentionSinkWrapper') ? descendants(root, 'call') : [];
  const made = calls.filter((call) => /AttentionSinkWrapper$/.test(calleeName(call, text)));
  const met = made.map((call) => {
    const said = gatesOf(call, text).flatMap(({ condition, taken }) => {
      const devices = admitted(condition, text, onPlatform);
      return devices ? [devices.includes(121) === taken] : [];
    });
    return said.length === 0 ? undefined : said.every(Boolean);
  });
  return met.includes(true) || (met.includes(undefined) ? undefined : false);
}

/**
 * On GB10: trtllm-gen is not there, but for XQA decode, which later releases ask for by `is_prefill=False`; and
 * nobody has forced it on or off.
 */
const onGB10: Meaning = (node, text, value) => {
  if (node.type === 'call') {
    const name = calleeName(node, text);
    if (name === 'force_use_trtllm_attention') return null;
    if (name === 'supports_trtllm_attention') {
      const asked = keywordValue(node, 'is_prefill', text);
      return asked !== undefined && value(asked) === false;
    }
  }
  return onPlatform(121)(node, text, value);
};

const opens = (gate: Node, text: string): boolean | undefined =>
  holds(new PythonRun(text, onGB10).result(field(gate, 'body')));

export interface SinkGate {
  readonly file: SourceFile;
  readonly gate: Node;
  /** Whether it admits SM12x; undefined where that cannot be read. */
  readonly open: boolean | undefined;
  /** Whether a prefill beside it knows the sinks on SM12x; undefined where that cannot be read. */
  readonly prefill: boolean | undefined;
}

/** By its name, or by what it imports: other backends say of themselves whether they know sinks, and are right. */
const isFlashInfers = ({ path, text }: SourceFile): boolean =>
  /\/flashinfer\w*\.py$/.test(path) || /^(?:from|import) flashinfer\b/m.test(text);

export async function sinkGates(context: JudgeContext): Promise<SinkGate[]> {
  const paths = /^vllm\/v1\/attention\/(?:.*\/)?flashinfer\w*\.py$/;
  const documents = await searchParsed(context, 'python', paths, /def supports_sink\b/);
  return documents
    .filter(({ file }) => isFlashInfers(file))
    .flatMap((document) => {
      const { file, root } = document;
      const [gate] = functionsNamed(root, 'supports_sink', file.text);
      if (!gate) return [];
      return [{ file, gate, open: opens(gate, file.text), prefill: hasSinkPrefill(document) }];
    });
}
