/**
 * Grid dependency control in the SM12x MoE kernels.
 *
 * Shapes:
 *  none  – v0.3.1           no generator of SM12x MoE modules
 *  F1    v0.4.0 – v0.6.7    the generator's flags lack the definition; the header knows SM90 alone
 *  F2    v0.6.8 –           both there
 */
import { defineCodemod, type Site, search } from '../../../src/api.js';
import { type HeaderSite, headerEdit, headerSite } from '../../_shared/gdc-header.js';
import { addFlags, type FlagSite, flagSites } from '../_shared/gdc-flag.js';

const ID = 'flashinfer/moe-gdc-flag';

/** Paths tell the two kinds of site apart. */
const isHeader = (site: Site): site is HeaderSite => site.file.path.endsWith('.h');

export default defineCodemod<FlagSite | HeaderSite>({
  id: ID,
  project: 'flashinfer',
  title: 'Grid dependency control in the SM12x MoE kernels',
  why: 'The MoE kernels are launched dependently (PDL) but built without griddepcontrol, so they read what the kernel before them has not written yet: random illegal instructions and NaN on GB10.',
  effect: { kind: 'wrong', concerns: 'NVFP4 and MXFP4 MoE models' },
  references: [
    {
      kind: 'commit',
      ref: 'b12d3449d',
      date: '2026-04-01',
      note: 'the flag and the header, upstream (#2913, first in v0.6.8)',
    },
    {
      kind: 'pull-request',
      ref: '#2913',
      date: '2026-04-01',
      note: 'cudaErrorIllegalInstruction on DGX Spark',
    },
  ],
  retire: 'when no pin is older than v0.6.8',
  upstreamStatus: 'Backport [b12d3449d]',

  async judge(context) {
    const flags = await flagSites(context, /gen_cutlass_fused_moe_sm12\d\w*/, ID);
    if (flags.length === 0)
      return {
        absent:
          'nothing below flashinfer/ defines a gen_cutlass_fused_moe_sm12…: no MoE module is generated for SM12x',
      };
    const headers = await search(
      context,
      /(?:^|\/)nv_internal\/.*\/grid_dependency_control\.h$/,
      /griddepcontrol/,
    );
    const sites = [...flags, ...(await Promise.all(headers.map((file) => headerSite(file, context, ID))))];
    return {
      sites,
      reason: {
        wrong: 'the SM12x MoE kernels are launched dependently, but built without grid dependency control',
        right: 'the SM12x MoE kernels are built with grid dependency control',
      },
    };
  },

  rewrite: (sites) => [
    ...addFlags(
      sites.filter((site) => !isHeader(site)),
      ID,
    ),
    ...sites.filter(isHeader).map((site) => headerEdit(site, ID)),
  ],
});
