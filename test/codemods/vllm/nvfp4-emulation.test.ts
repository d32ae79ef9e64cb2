import { describe, expect, it } from 'vitest';
import codemod from '../../../codemods/vllm/nvfp4-emulation/codemod.js';
import { fixFixture, fixtureTree } from '../../support/judge-files.js';
import { hasTorch, runPython } from '../../support/python.js';

const PATH = 'vllm/model_executor/layers/quantization/utils/nvfp4_emulation_utils.py';

/** Quantises a weight as a checkpoint holds it, runs the emulation on it, and compares with the exact product. */
const MEASURE = `
import json, sys, torch
scope = {}
exec(json.load(sys.stdin), scope)
torch.manual_seed(0)
weight, x = torch.randn(256, 512) * 0.02, torch.randn(8, 512)
factor = weight.abs().max() / (6 * 448)
blocks = weight.reshape(256, 32, 16)
scales = (blocks.abs().amax(-1) / 6 / factor).to(torch.float8_e4m3fn)
values = blocks / (scales.float() * factor).unsqueeze(-1)
codes = (values.abs().unsqueeze(-1) - torch.tensor(scope["E2M1"])).abs().argmin(-1) + 8 * (values < 0)
codes = codes.reshape(256, 512)
packed = (codes[:, 0::2] | codes[:, 1::2] << 4).to(torch.uint8)
run = scope["run_nvfp4_emulations"]
arguments = (x, torch.tensor(1.0), packed, scales, factor)
exact = x @ weight.t()
error = lambda out: ((out - exact).norm() / exact.norm()).item()
compiled = torch.compile(run, fullgraph=True, backend="eager")
print(json.dumps([error(run(*arguments)), error(compiled(*arguments))]))
`;

describe.skipIf(!hasTorch)('the edited emulation, run by torch (skipped where python3 has none)', () => {
  it('gives the product within the precision of NVFP4, as one graph', async () => {
    const [eager, graph] = runPython(
      MEASURE,
      (await fixFixture(codemod, 'linear-scales-and-a-factor')).get(PATH),
    ) as [number, number];
    expect(eager).toBeLessThan(0.12);
    expect(graph).toBeCloseTo(eager, 6);
  }, 60_000);

  it('was wrong by orders of magnitude before', async () => {
    const before = await fixtureTree(codemod.id, 'linear-scales-and-a-factor').read(PATH);
    const [eager] = runPython(MEASURE, before!.text) as [number];
    expect(eager).toBeGreaterThan(1000);
  }, 60_000);
});

describe('the text that is inserted', () => {
  it('reads no value of a tensor back, which would break the graph', async () => {
    const edited = (await fixFixture(codemod, 'linear-scales-and-a-factor')).get(PATH)!;
    expect(edited).not.toMatch(/\.item\(|\.tolist\(|\.cpu\(|\bif\b.*scale/);
  });
});
