/**
 * Attention sinks on SM12x are on only beside a prefill that knows them.
 *
 * Shapes, in FlashInfer's attention backend:
 *  K0  – v0.11             no `supports_sink`
 *  K1  v0.12 –             sinks with trtllm-gen only, which SM12x does not have
 *  K2  2026-08-12          also for XQA decode on SM12x, whose prefill ignores the sinks
 *  K3  2026-08-13 –        and a prefill with sinks
 */
import {
  type Document,
  defineCodemod,
  descendants,
  field,
  functionsNamed,
  type Node,
  type Site,
  searchParsed,
  textOf,
} from '../../../src/api.js';

const ID = 'vllm/attention-sinks-sm12x';

const HARM =
  'without a prefill that knows the sinks, gpt-oss scores 0.000 on GSM8K (measured upstream, #52148)';

const FAMILY =
  /is_device_capability(?:_family)?\s*\(\s*(?:12[01]|\(\s*12\b)|\bmajor\s*(?:==\s*12\b|in\s*[[(][^)\]]*\b12\b)/;

/** A prefill wrapper that is made for sinks, on a condition about SM12x. */
function hasSinkPrefill({ root, file: { text } }: Document): boolean {
  return descendants(root, 'call').some((call) => {
    if (!/AttentionSinkWrapper$/.test(textOf(field(call, 'function')!, text))) return false;
    let at: Node | null = call;
    while (at && !(at.type === 'if_statement' && FAMILY.test(textOf(field(at, 'condition')!, text))))
      at = at.parent;
    return at !== null;
  });
}

export default defineCodemod<Site>({
  id: ID,
  project: 'vllm',
  title: 'Attention sinks on SM12x',
  why: `FlashInfer refuses models with sinks (gpt-oss) on SM12x. Opening the gate alone is harmful: ${HARM}.`,
  references: [
    { kind: 'commit', ref: '1d2d83a07f', date: '2026-08-12', note: 'XQA decode on SM12x (#49718)' },
    {
      kind: 'commit',
      ref: 'b652dedd0c',
      date: '2026-08-13',
      note: 'prefill with sinks on SM12x (#52148), validated on GB10',
    },
  ],
  retire: 'when your tree has b652dedd0c',
  options: {
    force: {
      values: ['no', 'yes'],
      default: 'no',
      about:
        'no: report only; yes: ask for the gate to be opened, which is refused where the prefill is missing',
    },
  },

  async judge(context) {
    const path = /^vllm\/v1\/attention\/backends\/flashinfer\.py$/;
    const documents = await searchParsed(context, 'python', path, /def supports_sink\b/);
    for (const document of documents) {
      const { file, root } = document;
      const [gate] = functionsNamed(root, 'supports_sink', file.text);
      if (!gate || !FAMILY.test(textOf(gate, file.text))) continue;
      const what = 'sinks are admitted on SM12x';
      const sites: Site[] = [{ file, offset: gate.startIndex, state: 'right', what }];
      if (!hasSinkPrefill(document)) return { sites, drifted: `${what} in ${file.path}, and ${HARM}` };
      const right = 'sinks are on, with a prefill that knows them';
      return { sites, reason: { wrong: right, right } };
    }
    if (context.options.force === 'yes') return { refused: `not opened: ${HARM}` };
    return documents.length > 0
      ? { absent: 'FlashInfer refuses models with sinks on SM12x, rightly: it has no prefill for them here' }
      : { absent: 'no gate for sinks in this revision' };
  },

  rewrite: () => [],
});
