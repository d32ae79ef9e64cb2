/**
 * `mtp.fc` stays unquantised where the checkpoint's exclude list names the MTP layers.
 *
 * Shapes of the matcher `is_layer_excluded`, in modelopt.py:
 *  S1  v0.9 – v0.10.2   two arguments; no model has an `mtp.` prefix yet: not applicable
 *  S2' 2025-09-11 – 13  the same, with the list as a third argument
 *  S2  v0.11            a method of ModelOptNvFp4Config, with regular expressions
 *  S3  v0.12 –          a method of ModelOptQuantConfigBase, with fnmatch
 * Upstream cured the models and not the matcher: Qwen3.5 in v0.20.0, Qwen3-Next after v0.21.
 */
import { defineCodemod, insertLines, lineStart, locate, type Site, textOf } from '../../../src/api.js';
import { isCuredBy, mtpPredictors, type Predictor } from '../_shared/mtp-models.js';
import { ID, inserted, readMatcher } from './find.js';

interface MatcherSite extends Site {
  /** Where the rule goes: the start of the line of the final `return False`. */
  readonly insertAt: number;
  readonly list: string;
}

/**
 * True where upstream builds the layer unquantised. A predictor that our own vllm/mtp-fc-unquantized cured
 * does not count: the two fixes must give the same bytes in any order.
 */
function curedUpstream(predictor: Predictor): boolean {
  return predictor.state === 'exempt' && !isCuredBy(predictor, 'vllm/mtp-fc-unquantized');
}

export default defineCodemod<MatcherSite>({
  id: ID,
  project: 'vllm',
  title: 'mtp.fc stays unquantised beside excluded MTP layers',
  why: 'NVFP4 checkpoints of Qwen3-Next and Qwen3.5 list their MTP layers as excluded, but not mtp.fc, which is BF16 too: speculative decoding stops with a shape mismatch at load.',
  effect: {
    kind: 'stops',
    concerns: 'NVFP4 checkpoints of Qwen3-Next and Qwen3.5 with multi-token prediction',
  },
  references: [
    {
      kind: 'commit',
      ref: '771913e4a',
      date: '2026-04-03',
      note: "upstream's cure for Qwen3.5, in the model (#38832, v0.20.0)",
    },
    { kind: 'pull-request', ref: '#46316', note: 'the same for Qwen3-Next, after v0.21' },
    {
      kind: 'issue',
      ref: 'NVIDIA/Model-Optimizer#1124',
      note: 'the exporter lists mtp.layers.0* and not mtp.fc',
    },
    {
      kind: 'commit',
      ref: '2161efe97',
      note: 'v0.11.0 ignores exclusion for MoE experts as well; first fixed in v0.11.1',
    },
  ],
  retire: 'when no pin is older than the release that holds #46316',

  async judge(context) {
    const predictors = await mtpPredictors(context);
    if (predictors.length === 0) {
      return {
        absent:
          'no Qwen MTP model below vllm/ builds an fc under its own prefix: none that an exclude list could name',
      };
    }
    const files = await locate(context, {
      known: ['vllm/model_executor/layers/quantization/modelopt.py'],
      search: /^vllm\/.*modelopt[^/]*\.py$/,
      holds: /\bclass ModelOptNvFp4Config\b/,
    });
    const matchers = await Promise.all(files.map((file) => readMatcher(file, context)));
    const quantised = predictors.filter((predictor) => !curedUpstream(predictor));
    const strange = quantised.find((predictor) => predictor.state === 'unknown');
    const cured = quantised.length === 0;
    const sites = matchers
      .filter((matcher) => matcher !== undefined)
      .map(({ file, fn, last, state, what, list }): MatcherSite => {
        const covered = cured && (state === 'wrong' || state === 'unknown');
        return {
          file,
          offset: fn.startIndex,
          list,
          insertAt: lineStart(file.text, last?.startIndex ?? fn.startIndex),
          state: covered ? 'right' : state,
          what: covered ? 'needs no rule: the models build mtp.fc unquantised' : what,
        };
      });
    const names = [...new Set(quantised.map(({ name }) => name))].join(' and ');
    const evidence = predictors.map(({ name, file, statement, state }) => ({
      kind: 'evaluation' as const,
      ref: name,
      note: `${textOf(statement, file.text).split('(')[0]!.trim()}: ${state}`,
    }));
    if (strange) {
      return { sites, evidence, drifted: `${strange.name} builds fc in a shape that is not known` };
    }
    const reason = {
      wrong: `mtp.fc is quantised although the exclude list names the MTP layers, in ${names}`,
      right: cured
        ? 'every Qwen MTP model of this revision builds fc unquantised for ModelOpt NVFP4'
        : 'the matcher excludes mtp.fc where the list names whole MTP layers',
    };
    return { sites, expected: 1, reason, evidence };
  },

  rewrite: (sites) => sites.map(({ file, insertAt, list }) => insertLines(file, insertAt, inserted(list))),
});
