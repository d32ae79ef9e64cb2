/**
 * A tuning file of the Triton fused MoE kernel for NVIDIA_GB10.
 *
 * Shapes of the reader, `get_moe_configs`:
 *  J1  v0.9 – v0.10    takes every key for a number of tokens: `triton_version` stops the model at load
 *  J2  v0.11 –         takes `triton_version` off first
 * Upstream ships no such file. Its newest ones for GB10 end in `,block_shape=[128,128].json` and are for
 * block-scaled FP8: another kernel configuration under another name.
 */
import {
  defineCodemod,
  descendants,
  functionsNamed,
  type JudgeContext,
  locate,
  matching,
  type Site,
  type SourceFile,
  stringValue,
} from '../../../src/api.js';
import { isOurText, moeConfig, moeConfigText, readMoeConfig, tunesAlike } from './figures.js';

const ID = 'vllm/gb10-moe-config';

interface ConfigSite extends Site {
  readonly readsVersion: boolean;
}

const DEVICE = 'device_name=NVIDIA_GB10';
/** Files that this fix would be one of, by the form of their names. */
const NAMED = /\/E=\d+,N=\d+,device_name=[^,]+,dtype=fp8_w8a8\.json$/;
const CONFIGS = /^vllm\/.*\/E=\d+,N=\d+,device_name=[^/]*\.json$/;

/** The file's name, as the kernel asks for it. */
function fileName(options: Readonly<Record<string, string>>): string {
  return `E=${options.experts},N=${options.width},${DEVICE},dtype=fp8_w8a8.json`;
}

interface Reader {
  /** The folder that it reads from. */
  readonly folder: string;
  readonly readsVersion: boolean;
}

async function findReader(context: JudgeContext): Promise<Reader | undefined> {
  const [file] = await locate(context, {
    known: ['vllm/model_executor/layers/fused_moe/fused_moe.py'],
    search: /^vllm\/model_executor\/layers\/fused_moe\/.*\.py$/,
    holds: /\bdef get_moe_configs\b/,
  });
  if (!file) return undefined;
  const { text, path } = file;
  const { root } = await context.parse(file, 'python');
  const [fn] = functionsNamed(root, 'get_moe_configs', text);
  const strings = fn ? descendants(fn, 'string').map((node) => stringValue(node, text)) : [];
  if (!strings.includes('configs')) return undefined;
  return {
    folder: `${path.replace(/[^/]*$/, '')}configs/`,
    readsVersion: strings.includes('triton_version'),
  };
}

function siteOf(path: string, found: SourceFile | undefined, readsVersion: boolean): ConfigSite {
  const file = found ?? { path, text: '' };
  const base = { file, offset: 0, readsVersion };
  if (!found) return { ...base, state: 'wrong', what: 'no tuning file for NVIDIA_GB10' };
  const { config, flaw } = readMoeConfig(file.text, readsVersion);
  if (!config) return { ...base, state: 'unknown', what: `a tuning file that cannot be read: ${flaw}` };
  if (isOurText(file.text)) return { ...base, state: 'ours', what: 'our tuning file' };
  return tunesAlike(config, moeConfig(readsVersion))
    ? { ...base, state: 'right', what: 'a tuning file with the same figures, not of our writing' }
    : { ...base, state: 'right', what: "the tree's own tuning file" };
}

/** What the folder holds for GB10 under other names, in words; undefined where it holds nothing. */
function othersFor(paths: readonly string[]): string | undefined {
  const names = paths.map((path) => path.split('/').at(-1)!);
  if (names.length === 0) return undefined;
  const shapes = names.map((name) => /dtype=(.*)\.json$/.exec(name)?.[1] ?? name);
  const kinds = [...new Set(shapes)].slice(0, 2).join(' and ');
  return `${names.length} ${names.length === 1 ? 'file' : 'files'} for NVIDIA_GB10, for ${kinds}`;
}

export default defineCodemod<ConfigSite>({
  id: ID,
  project: 'vllm',
  title: 'A fused MoE tuning file for GB10',
  why: 'Without a file for NVIDIA_GB10 the Triton MoE kernel runs a default configuration: FP8 MoE models work, and are slower than they could be.',
  effect: { kind: 'slow', concerns: 'FP8 MoE models with one weight scale a tensor or channel' },
  references: [
    {
      kind: 'commit',
      ref: '04ad0dc27',
      date: '2025-09-16',
      note: 'the reader accepts triton_version (#24769, v0.11.0)',
    },
    { kind: 'measurement', ref: 'E=512, N=512, fp8_w8a8 on GB10', note: 'tuned with Triton 3.5.0' },
  ],
  retire: 'when upstream ships this file',
  options: {
    experts: {
      values: ['512', '256', '128', '64'],
      default: '512',
      about: 'E: experts on each rank',
    },
    width: {
      values: ['512', '256', '768', '1024', '2048'],
      default: '512',
      about: 'N: intermediate size on each rank, so half of it with --tensor-parallel-size 2',
    },
  },

  async judge(context) {
    const reader = await findReader(context);
    if (!reader)
      return { absent: 'no Python file of the fused MoE defines get_moe_configs, which reads tuning files' };
    const { folder, readsVersion } = reader;
    const name = fileName(context.options);
    const path = folder + name;
    const site = siteOf(path, await context.tree.read(path), readsVersion);
    const files = (await matching(context.tree, CONFIGS)).filter((other) => other.startsWith(folder));
    if (!files.some((other) => NAMED.test(other))) {
      return { sites: [site], drifted: `${folder} holds no file named as this fix would name its own` };
    }
    const others = othersFor(files.filter((other) => other !== path && other.includes(`,${DEVICE},`)));
    const beside = others === undefined ? '' : ` (the folder has ${others})`;
    const reason = {
      wrong: `${name} is not there${beside}: the kernel runs its default configuration`,
      right: 'the tree brings a tuning file of its own for NVIDIA_GB10',
      ours: 'our tuning file for NVIDIA_GB10 is there',
    };
    return { sites: [site], expected: 1, reason };
  },

  effectAt(_, { options: { experts, width } }) {
    return { concerns: `FP8 MoE models with ${experts} experts of width ${width} on each rank` };
  },

  rewrite(sites) {
    return sites.map(({ file: { path }, readsVersion }) => ({
      path,
      start: 0,
      end: 0,
      text: moeConfigText(moeConfig(readsVersion)),
      create: true,
    }));
  },
});
