import { describe, expect, it } from 'vitest';
import fc from '../../../codemods/vllm/mtp-fc-unquantized/codemod.js';
import shards from '../../../codemods/vllm/qwen3-next-fused-shards/codemod.js';
import prefix from '../../../codemods/vllm/qwen3-next-prefix/codemod.js';
import { fixFixture } from '../../support/judge-files.js';
import { hasPython, runPython } from '../../support/python.js';

/** Runs sources in one module whose layer classes only remember their keyword arguments. */
const STUBS = `
import json, sys, types
source, questions = json.load(sys.stdin)
class Layer(dict):
    def __init__(self, *args, **kwargs): super().__init__(kwargs)
class Module:
    def __init__(self, *args): pass
modules = {"torch": types.SimpleNamespace(nn=types.SimpleNamespace(Module=Module)),
           "vllm": types.SimpleNamespace(), "vllm.attention": types.SimpleNamespace(Attention=Layer)}
sys.modules.update(modules)
scope = {"nn": modules["torch"].nn, "ColumnParallelLinear": Layer, "MergedColumnParallelLinear": Layer}
config = types.SimpleNamespace(width=8, heads=4, key_dim=16, value_dim=32)
named = lambda name: types.SimpleNamespace(get_name=lambda: name)
exec(source, scope)
print(json.dumps([eval(question, {**scope, "config": config, "named": named}) for question in questions]))
`;

const ask = (files: ReadonlyMap<string, string>, questions: string[]): unknown =>
  runPython(STUBS, [[...files.values()].reverse().join('\n'), questions]);

describe.skipIf(!hasPython)('edited models, run by python3 (skipped without it)', () => {
  it('builds fc unquantised for ModelOpt NVFP4 and for nothing else', async () => {
    const files = await fixFixture(fc, 'layer-and-mapping');
    const build = (quant: string): string =>
      `Qwen3NextMultiTokenPredictor(vllm_config=__import__("types").SimpleNamespace(width=8, quant_config=${quant}), prefix="mtp").fc["quant_config"]`;
    expect(
      ask(files, [
        build('named("modelopt_fp4")'),
        build('None'),
        `${build('named("fp8")')}.get_name()`,
        'Qwen3NextMTP.packed_modules_mapping["gate_up_proj"]',
      ]),
    ).toEqual([null, null, 'fp8', ['gate_proj', 'up_proj']]);
  });

  it('gives Qwen3-Next one tensor, and Qwen3.5 its two', async () => {
    const files = await fixFixture(shards, 'both-split');
    const sizes = (model: string, name: string): string =>
      `${model}GatedDeltaNet(config, "").${name}["output_sizes"]`;
    expect(
      ask(files, [
        sizes('Qwen3Next', 'in_proj_qkvz'),
        sizes('Qwen3Next', 'in_proj_ba'),
        sizes('Qwen3_5', 'in_proj_qkvz'),
        sizes('Qwen3_5', 'in_proj_ba'),
      ]),
    ).toEqual([[96], [8], [16, 16, 32, 32], [4, 4]]);
  });

  it('names in_proj_qkvz once, and leaves nested modules alone', async () => {
    const files = await fixFixture(prefix, 'doubled');
    const net = 'Qwen3NextGatedDeltaNet(config, None, "gdn")';
    expect(ask(files, [`${net}.in_proj_qkvz["prefix"]`, `${net}.attn["prefix"]`])).toEqual([
      'gdn.in_proj_qkvz',
      'gdn.attn',
    ]);
  });
});
