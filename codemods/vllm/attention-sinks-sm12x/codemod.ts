/**
 * Attention sinks on SM12x are on only beside a prefill that knows them.
 *
 * Shapes, in FlashInfer's attention backend:
 *  K0  – v0.11             no `supports_sink`
 *  K1  v0.12 –             sinks with trtllm-gen only, which SM12x does not have
 *  K2  2026-08-12          also for XQA decode on SM12x, whose prefill ignores the sinks
 *  K3  2026-08-13 –        and a prefill with sinks
 */
import { defineCodemod, type Site } from '../../../src/api.js';
import { SINKS_HARM, sinkGates } from '../_shared/sinks.js';

const ID = 'vllm/attention-sinks-sm12x';

export default defineCodemod<Site>({
  id: ID,
  project: 'vllm',
  title: 'Attention sinks on SM12x',
  why: `FlashInfer refuses models with sinks (gpt-oss) on SM12x. Opening the gate alone is harmful: ${SINKS_HARM}.`,
  effect: { kind: 'wrong', concerns: 'gpt-oss with the FlashInfer attention backend' },
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
    const gates = await sinkGates(context);
    const opened = gates.find(({ open }) => open);
    if (opened) {
      const { file, gate, prefill } = opened;
      const what = 'sinks are admitted on SM12x';
      if (prefill === undefined)
        return { drifted: `whether a prefill of ${file.path} knows the sinks on SM12x cannot be read` };
      // The gate is as upstream, or somebody, wants it: nothing here is to be edited, and the reader is told.
      if (!prefill) {
        return {
          absent: `a known upstream bug without an edit here: ${what} in ${file.path}, and ${SINKS_HARM}`,
        };
      }
      const right = 'sinks are on, with a prefill that knows them';
      return {
        sites: [{ file, offset: gate.startIndex, state: 'right', what }],
        reason: { wrong: right, right },
      };
    }
    const strange = gates.find(({ open }) => open === undefined);
    if (strange) return { drifted: `whether ${strange.file.path} admits sinks on SM12x cannot be read` };
    if (context.options.force === 'yes') return { refused: `not opened: ${SINKS_HARM}` };
    const [closed] = gates;
    return closed
      ? {
          absent: `${closed.file.path} refuses models with sinks on SM12x, rightly: no prefill of it knows them there`,
        }
      : { absent: 'no attention backend of FlashInfer below vllm/ defines supports_sink' };
  },

  rewrite: () => [],
});
