/**
 * Block-scaled tiles of 64 rows on SM120 and SM121 (seed of the 64x128 MXFP4 tiles).
 *
 * Shapes:
 *  none  – v3.8.0    no block-scaled SM120 GEMM
 *  M1    v3.9.0 –    the scale factors of A are counted in blocks of 128 rows, rounded down: none for 64 rows.
 *                    Two places in the builder, three in each of the two collectives. v4.5.0 changed those of B
 *                    and left these.
 */
import { parts } from '../../_families/places.js';
import { builderPlaces, collectivePlaces } from './find.js';

const ID = 'cutlass/small-tile-m64';

export default parts({
  id: ID,
  project: 'cutlass',
  title: 'Block-scaled tiles of 64 rows on SM120 and SM121',
  why: 'A 64x128 tile, which suits the few rows of decoding, stops in a static assertion: the shared memory and the TMA box of its scale factors have different sizes.',
  effect: { kind: 'stops', concerns: 'block-scaled kernels with tiles of 64 rows' },
  references: [
    {
      kind: 'pull-request',
      ref: '#3038',
      date: '2026-02-16',
      note: '64x128 tiles, run on GB10 by its author; open',
    },
    { kind: 'pull-request', ref: '#3196', note: 'the same aim; closed' },
    {
      kind: 'commit',
      ref: 'b46b16d00',
      date: '2026-04-21',
      note: 'the transposed way: 128x32 and 128x64 with A and B swapped (v4.5.0)',
    },
  ],
  retire: 'when upstream takes tiles of 64 rows, or your kernels use 128x64 with A and B swapped',
  upstreamStatus: 'Submitted [https://github.com/NVIDIA/cutlass/pull/3038]',

  parts: [
    {
      language: 'cuda',
      paths: /(?:^|\/)sm120_blockscaled_mma_builder\w*\.inl$/,
      content: /sSFA_shapeM/,
      look: (document) => builderPlaces(document, ID),
    },
    {
      language: 'cuda',
      paths: /(?:^|\/)sm120_blockscaled_mma(?:_array)?_tma\w*\.hpp$/,
      content: /GmemTiledCopySFA/,
      // Those of SM100 hold the same.
      named: true,
      look: (document) => collectivePlaces(document, ID),
    },
  ],
  expected: 8,
  strange: (tiles, files) =>
    files.length > 0 && tiles.length === 0 ? `no tile that is known in ${files[0]!.file.path}` : undefined,
  absent: 'this revision has no block-scaled GEMM for SM120',
  reason: {
    wrong: 'tiles of 64 rows stop in a static assertion',
    right: 'tiles of 64 rows have their scale factors',
  },
});
