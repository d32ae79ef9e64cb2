import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import type { Codemod, Outcome } from '../../src/codemod/types.js';
import { fixesOf, type InstalledFixes } from '../../src/installed/opened.js';
import { findInstalled } from '../../src/installed/package.js';
import { originOf } from '../../src/installed/source.js';
import { judgeTree } from '../../src/judge/judge.js';
import { type Pin, readPins } from '../../src/pins/pins.js';
import type { Mirrors } from '../../src/revision/mirrors.js';
import type { Project } from '../../src/source/project.js';
import { hasMirror, mirrors, treeAt, without } from '../support/mirrors.js';
import { tempFolder } from '../support/temp.js';
import { flashinferPlace, flashinferWheel, layOut, vllmWheel } from './layout.js';

const BUILD = { cuda: '13.0', arch: '12.1a' };
const pins = await readPins('upstream-pins.json');
const NONE: Mirrors = new Map();

/** Fixes of what vLLM is compiled from, which its wheel does not carry. All others are judged without its source. */
const COMPILED = new Set([
  'vllm/arch-autodetect',
  // Up to v0.11.0, where its kernel tells whether it applies.
  'vllm/block-fp8-shape-gate',
  'vllm/capability-routing',
  'vllm/cuda-arch-lists',
  'vllm/deepgemm-pin',
  'vllm/dispatcher-flag',
  'vllm/nvfp4-kernel-list',
  'vllm/nvfp4-rowmajor-quant',
  'vllm/nvfp4-runtime-dispatch',
  'vllm/software-e2m1',
]);

const fixesFor = (project: Project): Codemod[] => CODEMODS.filter((codemod) => codemod.project === project);
const releases = (project: Project): (readonly [string, Pin])[] =>
  pins.pins.filter((pin) => pin.project === project).map((pin) => [pin.name, pin]);

/** Everything that is said of a fix, with paths as they are where it is installed. */
function said(outcomes: readonly Outcome[], placeOf = (path: string): string | undefined => path) {
  const moved = <T extends { path: string }>(one: T): T => ({ ...one, path: placeOf(one.path) ?? one.path });
  const all = outcomes.map(({ codemod, verdict, reason, sites, edits, effect }) => {
    const spots = sites.map(({ path, line, state, what }) => moved({ path, line, state, what }));
    return { id: codemod.id, verdict, reason, effect, sites: spots, edits: edits.map(moved) };
  });
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Judges what lies in site-packages as `status` does. */
async function judged(project: Project, site: string, from: Mirrors): Promise<InstalledFixes> {
  const found = await findInstalled(project, { sitePackages: site });
  const origin = await originOf(found, { pins, mirrors: from });
  try {
    return await fixesOf({ found, origin }, fixesFor(project), BUILD, {}, true);
  } finally {
    origin.source?.close();
  }
}

const version = ({ name, commit }: Pin): string =>
  /^v\d/.test(name) ? name.slice(1) : `0.1.dev1+g${commit.slice(0, 9)}`;

describe.skipIf(!hasMirror('vllm'))(`vllm@installed beside its source tree${without('vllm')}`, () => {
  it.each(releases('vllm'))('%s: the same verdicts, effects and edits', async (_, pin) => {
    const tree = await treeAt('vllm', pin.commit);
    const site = join(tempFolder(), 'site-packages');
    const fixes = fixesFor('vllm');
    try {
      const source = await judgeTree(tree, fixes, BUILD, {}, { effects: true, full: true });
      layOut(site, await vllmWheel(tree, version(pin), pin.commit));
      const alone = await judged('vllm', site, NONE);
      const seen = new Set(alone.here.map(({ codemod }) => codemod.id));
      expect(alone.unseen.filter(({ id }) => !COMPILED.has(id)).map(({ id }) => id)).toEqual([]);
      expect(said(alone.here)).toEqual(said(source.filter(({ codemod }) => seen.has(codemod.id))));
      const whole = await judged('vllm', site, mirrors);
      expect(whole.target.commit).toBe(pin.commit);
      expect(said([...whole.here, ...whole.compiled])).toEqual(said(source));
    } finally {
      tree.close();
    }
  });
});

describe.skipIf(!hasMirror('flashinfer'))(`flashinfer@installed${without('flashinfer')}`, () => {
  it.each(releases('flashinfer'))('%s: the same verdicts, effects and edits', async (_, pin) => {
    const tree = await treeAt('flashinfer', pin.commit);
    const site = join(tempFolder(), 'site-packages');
    try {
      const source = await judgeTree(tree, fixesFor('flashinfer'), BUILD, {}, { effects: true, full: true });
      layOut(site, await flashinferWheel(tree));
      const { here, unseen } = await judged('flashinfer', site, NONE);
      expect(unseen).toEqual([]);
      expect(said(here)).toEqual(said(source, flashinferPlace));
    } finally {
      tree.close();
    }
  });
});
