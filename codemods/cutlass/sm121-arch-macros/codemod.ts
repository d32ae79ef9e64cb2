/**
 * CUTLASS knows SM121 at all.
 *
 * Shapes:
 *  K1    – v4.1.0    arch/config.h has no SM121: no MMA, no grid dependency control, no register reconfiguration
 *  K2    v4.2.0 –    CUTLASS_ARCH_MMA_SM121{,A,F}_ENABLED
 *
 * There is nothing to edit: support of SM121 is hundreds of places in K1. The judge says where to go.
 */
import { defineCodemod, search } from '../../../src/api.js';
import { archMacros, definesMacro } from '../_shared/macros.js';

const FIRST = 'v4.2.0';

export default defineCodemod({
  id: 'cutlass/sm121-arch-macros',
  project: 'cutlass',
  title: 'CUTLASS knows SM121',
  why: 'Before v4.2.0 a build for sm_121a or sm_121f compiles every SM120 kernel to nothing: it links, and computes nothing.',
  effect: { kind: 'wrong', concerns: 'native 12.1 builds' },
  references: [
    { kind: 'commit', ref: 'a49a78ffe', date: '2025-08-22', note: 'SM121 (first in v4.2.0)' },
    {
      kind: 'measurement',
      ref: 'nvcc 13.0.88',
      note: 'v4.1.0 has the FP4 conversion for 120a and 120f, not for 121a and 121f',
    },
  ],
  retire: `when no pin is older than ${FIRST}`,
  upstreamStatus: 'Inappropriate [move to a newer release]',
  dependsOnBuild: true,

  async judge(context) {
    const { build } = context;
    const files = await search(context, /(?:^|\/)cutlass\/arch\/config\.h$/, /CUTLASS_ARCH_MMA/);
    const native = build.arch.split(/[;, ]/).filter((arch) => arch.startsWith('12.1'));
    if (native.length === 0) return { absent: `the build (${build.arch}) has no native SM121 target` };
    const wanted = [
      ['121a', 'CUTLASS_ARCH_MMA_SM121A_ENABLED'],
      ['121f', 'CUTLASS_ARCH_MMA_SM121F_ENABLED'],
    ] as const;
    const judged = files.map(async (file) => {
      const macros = await archMacros(context, file.path.replace(/\/arch\/config\.h$/, ''));
      return wanted.map(([sm, macro]) => ({
        file,
        offset: Math.max(0, file.text.indexOf(macro)),
        state: definesMacro(macros, macro, sm) ? ('right' as const) : ('wrong' as const),
        what: `${macro} on sm_${sm}`,
      }));
    });
    const sites = (await Promise.all(judged)).flat();
    if (sites.some((site) => site.state === 'wrong')) {
      const half = files.find(({ text }) => /define\s+CUTLASS_ARCH_MMA_SM121/.test(text));
      return half
        ? { sites, drifted: `${half.path} names SM121, but not for every target that has it` }
        : {
            sites,
            refused: `this release does not know SM121: move to ${FIRST} or later, or build for 12.0f`,
          };
    }
    const right = 'the SM121 macros are defined';
    return {
      sites,
      absent: 'no cutlass/arch/config.h names CUTLASS_ARCH_MMA',
      reason: { wrong: right, right },
    };
  },

  rewrite: () => [],
});
