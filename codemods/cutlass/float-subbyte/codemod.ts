/**
 * The hardware FP4 conversion of CUTLASS: nothing to do, and why.
 *
 * Shapes:
 *  none  – v3.7.0            no float_subbyte.h
 *  B1    v3.8.0 – v4.1.0     SM121 is not in the list: sm_121a and sm_121f convert in software
 *  B2    v4.2.0 –            SM121A and SM121F are; a plain sm_121 build defines neither
 *
 * Scripts take SM121 out of B2's list, since "SM121 lacks the instruction". It does not: its plain target does,
 * and there the macro is off. Taking it out makes every FP4 conversion on GB10 slower, and mends nothing.
 */
import { defineCodemod, search } from '../../../src/api.js';
import { archMacros, definesMacro } from '../_shared/macros.js';

const MACRO = 'CUDA_PTX_FP4FP6_CVT_ENABLED';

export default defineCodemod({
  id: 'cutlass/float-subbyte',
  project: 'cutlass',
  title: 'The hardware FP4 conversion of CUTLASS stays on',
  why: 'Scripts turn the conversion off for SM121. GB10 has the instruction; only plain sm_121 lacks it, and there CUTLASS turns it off itself.',
  references: [
    { kind: 'pull-request', ref: '#3120', date: '2026-03-20', note: 'taking SM121 out: closed unmerged' },
    {
      kind: 'measurement',
      ref: 'nvcc 13.0.88',
      note: 'four releases on six targets: 24 of 24 compile; the instruction on a and f targets alone',
    },
  ],
  retire: 'never needed: kept for its reason',
  upstreamStatus: 'Inappropriate [nothing is wrong]',
  options: {
    sm121: {
      values: ['keep', 'drop'],
      default: 'keep',
      about: 'drop: take SM121 out of the targets that convert in hardware, as the scripts do; refused',
    },
  },

  async judge(context) {
    const files = await search(context, /(?:^|\/)cutlass\/float_subbyte\.h$/, new RegExp(MACRO));
    const texts = files.map(async ({ path, text }) => {
      const macros = await archMacros(context, path.replace(/\/float_subbyte\.h$/, ''));
      return `${macros}\n${text}`;
    });
    const whole = (await Promise.all(texts)).join('\n');
    const absent = definesMacro(whole, MACRO, '121a')
      ? 'sm_121a and sm_121f have the conversion, and CUTLASS does without it on plain sm_121: taking SM121 out would only be slower'
      : 'no build for SM121 uses the conversion instruction: it converts in software';
    if (files.length > 0 && definesMacro(whole, MACRO, '121')) {
      return { drifted: `${files[0]!.path} turns the conversion on for plain sm_121` };
    }
    return context.options.sm121 === 'drop' ? { refused: absent } : { absent };
  },

  rewrite: () => [],
});
