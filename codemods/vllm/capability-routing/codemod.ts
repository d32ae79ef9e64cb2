/**
 * Everything that admits compute capability 12.0 admits 12.1, and nothing else.
 *
 * Shapes:
 *  R    v0.9.2 –           host dispatch to SM120 kernels: `>= 120` without an upper bound in scaled_mm_entry.cu;
 *                          bounded since v0.12 in the NVFP4 entries
 *  G1   v0.10.1 – v0.15.1  `enable_sm120_only` in the blockwise FP8 kernel; no family guard in common.hpp
 *  G3   v0.16.0            family guard for the blockwise kernel, `_only` in scaled_mm.cuh
 *  G4   v0.17 – v0.21      `_only` in scaled_mm_sm120_fp8_dispatch.cuh as well
 *  W1   v0.12 – v0.21      Marlin W4A8-FP8 for exactly 12.0: two host checks, two generators, one Python gate
 *  W2   2026-05-15 –       family gates upstream; marlin.cu follows on 2026-05-28
 */
import {
  type Document,
  defineCodemod,
  type JudgeContext,
  markAbove,
  parseAll,
  search,
  searchParsed,
  withMarks,
} from '../../../src/api.js';
import { dispatchSites } from './dispatch.js';
import { routingEffect } from './effect.js';
import { guardSites } from './guard.js';
import { marlinCheckSites } from './marlin-cpp.js';
import { generatorSites, inputDtypeSites } from './marlin-python.js';
import { ID, type RoutingSite } from './site.js';

/** Sites that Marlin's W4A8-FP8 has in every revision that has it: they are one edit. */
const MARLIN = { 'marlin-check': 2, 'marlin-generator': 2, 'marlin-python': 1 } as const;

async function marlinSites(context: JudgeContext, sources: readonly Document[]): Promise<RoutingSite[]> {
  const [generators, utilities, platform] = await Promise.all([
    search(context, /^csrc\/.*marlin.*\/generate_kernels\.py$/, /FP8/),
    search(context, /^vllm\/.*\/marlin_utils\.py$/, /def get_marlin_input_dtype\b/),
    context.tree.read('vllm/platforms/interface.py'),
  ]);
  const hasFamilyTest = /def is_device_capability_family\b/.test(platform?.text ?? '');
  const generatorDocuments = await parseAll(context, generators, 'python');
  const utilityDocuments = await parseAll(context, utilities, 'python');
  return [
    ...sources.flatMap(marlinCheckSites),
    ...generatorDocuments.flatMap(generatorSites),
    ...utilityDocuments.flatMap((document) => inputDtypeSites(document, hasFamilyTest)),
  ];
}

/** Why Marlin's gates cannot be widened together, or undefined. */
function marlinDrift(sites: readonly RoutingSite[]): string | undefined {
  const count = (kind: string): number => sites.filter((site) => site.kind === kind).length;
  if (!Object.keys(MARLIN).some((kind) => count(kind) > 0)) return undefined;
  const other = Object.entries(MARLIN).find(([kind, expected]) => count(kind) !== expected);
  return (
    other &&
    `Marlin W4A8-FP8 has ${count(other[0])} gates of the kind ${other[0]} where ${other[1]} belong together`
  );
}

/** How many gates are wrong, and in which of the two ways. */
function flawsOf(sites: readonly RoutingSite[]): string {
  // The guard's definition is edited with the guards, and is none.
  const gates = sites.filter(({ kind }) => kind !== 'guard-definition');
  const wrong = gates.filter(({ state }) => state === 'wrong');
  const open = wrong.filter(({ unbounded }) => unbounded).length;
  const closed = wrong.length - open;
  const verb = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
  const parts = [
    ...(closed > 0 ? [`${verb(closed, 'leaves', 'leave')} 12.1 out`] : []),
    ...(open > 0 ? [`${verb(open, 'lets', 'let')} later families in`] : []),
  ];
  const flaws = parts.join(' and ');
  return gates.length === 1
    ? `the one gate for 12.0 ${flaws.replace('1 ', '')}`
    : `of ${gates.length} gates for 12.0, ${flaws}`;
}

export default defineCodemod<RoutingSite>({
  id: ID,
  project: 'vllm',
  title: 'Gates that admit 12.0 admit 12.1',
  why: 'A device guard for exactly 12.0 traps, or computes nothing, in kernels compiled for 12.1; Marlin W4A8-FP8 refuses GB10; an unbounded dispatch would take later families to SM120 kernels.',
  effect: { kind: 'stops', concerns: 'FP8 models in a native 12.1 build, and Marlin with FP8 activations' },
  references: [
    {
      kind: 'commit',
      ref: 'bc32444b2',
      date: '2026-02-06',
      note: 'family guard for the blockwise FP8 kernel (#33517)',
    },
    {
      kind: 'commit',
      ref: 'cd4367366',
      date: '2026-02-24',
      note: 'a new kernel wrapper takes the exact guard again',
    },
    { kind: 'commit', ref: '06d020bb6', date: '2026-05-15', note: 'family guards and Marlin gates (#35568)' },
    {
      kind: 'commit',
      ref: '6cc857742',
      date: '2026-05-28',
      note: 'the last exact Marlin check, in marlin.cu (#40923)',
    },
    { kind: 'issue', ref: 'vllm#40758', note: '"This kernel only supports sm120" on GB10' },
  ],
  retire:
    'when upstream bounds the dispatch in scaled_mm_entry.cu; the guards and Marlin are right since 2026-05-28',

  async judge(context) {
    const documents = await searchParsed(
      context,
      'cuda',
      /^csrc\/(?!rocm\/|cpu\/).*\.(?:cu|cuh|hpp|h|cpp)$/,
      /sm12[01]|_SM120\b|cudaDevAttrComputeCapabilityMajor/,
    );
    const marlin = await marlinSites(
      context,
      documents.filter(({ file }) => /marlin/.test(file.path)),
    );
    const sites = [...documents.flatMap(dispatchSites), ...guardSites(documents), ...marlin];
    const drifted = marlinDrift(marlin);
    if (drifted !== undefined) return { sites, drifted };
    return {
      sites,
      absent:
        'no gate for 12.0: no branch below csrc/ leads to an SM120 kernel, nothing there is built with enable_sm120_only, and no Marlin check asks for 12.0',
      reason: {
        wrong: flawsOf(sites),
        right: 'every gate for 12.0 admits 12.1 and nothing else',
      },
    };
  },

  effectAt: routingEffect,

  rewrite(sites) {
    // The family's definition brings its mark along.
    const marked = sites.filter(({ kind }) => kind !== 'guard-definition');
    return withMarks(
      sites.flatMap(({ edits }) => edits),
      marked.map(({ file, offset }) => markAbove(file, offset, ID)),
    );
  },
});
