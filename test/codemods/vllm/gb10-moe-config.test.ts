import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import codemod from '../../../codemods/vllm/gb10-moe-config/codemod.js';
import {
  isOurText,
  moeConfig,
  moeConfigText,
  readMoeConfig,
  tunesAlike,
} from '../../../codemods/vllm/gb10-moe-config/figures.js';
import { fixFixture } from '../../support/judge-files.js';
import { hasPython, runPython } from '../../support/python.js';

/** Shared memory of a block on GB10, in bytes. */
const SHARED = 101_376;

describe('the figures', () => {
  const entries = Object.entries(moeConfig(false)) as [string, Record<string, number>][];

  it.each(entries)('for %s tokens fit into GB10', (_, entry) => {
    const { BLOCK_SIZE_M: m, BLOCK_SIZE_N: n, BLOCK_SIZE_K: k, num_stages: stages, num_warps: warps } = entry;
    // A pipeline of S stages holds S - 1 pairs of one-byte tiles.
    expect((m! * k! + k! * n!) * (stages! - 1)).toBeLessThanOrEqual(SHARED);
    for (const size of [m, n, k, warps]) expect(Math.log2(size!) % 1).toBe(0);
  });

  it('come back from their text', () => {
    for (const readsVersion of [true, false]) {
      const config = moeConfig(readsVersion);
      expect(readMoeConfig(moeConfigText(config), readsVersion)).toEqual({ config });
    }
  });
});

describe('a tuning file', () => {
  it('is ours by its form: a tuner, or a person, that found the same figures writes them in another', () => {
    for (const readsVersion of [true, false]) {
      const text = moeConfigText(moeConfig(readsVersion));
      expect(isOurText(text)).toBe(true);
      expect(isOurText(text.replaceAll('\n', '\r\n'))).toBe(true);
      for (const indent of [2, 4]) {
        expect(isOurText(`${JSON.stringify(moeConfig(readsVersion), null, indent)}\n`)).toBe(false);
      }
    }
  });

  it('tunes alike by its content, whatever version made it', () => {
    expect(tunesAlike(moeConfig(true), moeConfig(false))).toBe(true);
    const other = { ...moeConfig(true), 4096: { ...(moeConfig(true)['4096'] as object), num_stages: 4 } };
    expect(tunesAlike(moeConfig(true), other)).toBe(false);
  });

  it.each([
    ['[]', 'it holds no object'],
    ['{', 'it is not JSON'],
    ['{}', 'it has no entries'],
    ['{"-1": {}}', '"-1" is not a number of tokens'],
    ['{"08": {}}', '"08" is not a number of tokens'],
    ['{"8": 4}', 'the entry for 8 tokens is no object'],
    [
      moeConfigText(moeConfig(false)).replace('"num_warps"', '"numWarps"'),
      'the entry for 1 tokens has no positive num_warps',
    ],
    [
      moeConfigText(moeConfig(false)).replace('"GROUP_SIZE_M": 1', '"GROUP_SIZE_M": 1, "SPLIT": 2'),
      'the entry for 1 tokens has an unknown SPLIT',
    ],
  ])('%s is refused', (text, flaw) => {
    expect(readMoeConfig(text, true)).toEqual({ flaw });
  });

  it('of any text is read or refused, without an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { config, flaw } = readMoeConfig(text, true);
        return (config === undefined) !== (flaw === undefined);
      }),
    );
  });
});

/** Reads the new file with the reader of the tree, as `dtype` asks for it. */
const READ = `
import json, os, sys, tempfile
reader, files = json.load(sys.stdin)
folder = tempfile.mkdtemp()
os.mkdir(os.path.join(folder, "configs"))
for path, text in files.items():
    open(os.path.join(folder, "configs", os.path.basename(path)), "w").write(text)
scope = {"__file__": os.path.join(folder, "fused_moe.py"),
         "get_config_file_name": lambda E, N, dtype: f"E={E},N={N},device_name=NVIDIA_GB10,dtype={dtype}.json"}
exec(reader, scope)
found = scope["get_moe_configs"](512, 512, "fp8_w8a8")
print(json.dumps([len(found), min(found), max(found), found[64]["GROUP_SIZE_M"]]))
`;

describe.skipIf(!hasPython)("the tree's own reader, run by python3 (skipped without it)", () => {
  const older = `
import json, os
def get_moe_configs(E, N, dtype):
    path = os.path.join(os.path.dirname(__file__), "configs", get_config_file_name(E, N, dtype))
    return {int(tokens): entry for tokens, entry in json.load(open(path)).items()}
`;

  it('reads what is written for a reader that takes every key for a number', async () => {
    const files = Object.fromEntries(await fixFixture(codemod, 'older-reader'));
    expect(runPython(READ, [older, files])).toEqual([18, 1, 4096, 16]);
  });

  it('would stop at triton_version', async () => {
    const files = Object.fromEntries(await fixFixture(codemod, 'no-file'));
    expect(() => runPython(READ, [older, files])).toThrow(/triton_version/);
  });
});
