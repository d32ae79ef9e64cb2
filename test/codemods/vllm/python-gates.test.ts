import { describe, expect, it } from 'vitest';
import flashinfer from '../../../codemods/vllm/flashinfer-nvfp4-moe-gate/codemod.js';
import grouped from '../../../codemods/vllm/fp8-group-gemm-gate/codemod.js';
import backend from '../../../codemods/vllm/nvfp4-moe-backend/codemod.js';
import type { Codemod } from '../../../src/codemod/types.js';
import { fixFixture } from '../../support/judge-files.js';
import { hasPython, runPython } from '../../support/python.js';

/** Runs an edited file on a platform of a capability; all else that it asks for is there. */
const STUBS = `
import json, sys, types
source, setup, question, capabilities = json.load(sys.stdin)
class Platform:
    def __init__(self, capability): self.capability = capability
    def is_cuda(self): return True
    def is_device_capability(self, asked):
        return self.capability == (asked[0] * 10 + asked[1] if isinstance(asked, tuple) else asked)
    def is_device_capability_family(self, asked): return self.capability // 10 == asked // 10
    def has_device_capability(self, asked): return self.capability >= asked
ops = types.SimpleNamespace(_C=types.SimpleNamespace(cutlass_group_gemm_supported=lambda capability: capability >= 90))
sys.modules["torch"] = types.SimpleNamespace(ops=ops)
def answer(capability):
    scope = {"current_platform": Platform(capability), "capability": capability,
             "envs": types.SimpleNamespace(VLLM_USE_FLASHINFER_MOE_FP4=True, is_set=lambda name: name.endswith("FP4")),
             "has_flashinfer_cutlass_fused_moe": lambda: True, "types": types}
    exec(setup, scope)
    exec(source, scope)
    return eval(question, scope)
print(json.dumps([answer(capability) for capability in capabilities]))
`;

const CAPABILITIES = [90, 100, 103, 110, 120, 121, 130];

async function ask(fix: Codemod, name: string, question: string, setup = ''): Promise<unknown> {
  const files = await fixFixture(fix, name);
  return runPython(STUBS, [[...files.values()][0], setup, question, CAPABILITIES]);
}

describe.skipIf(!hasPython)('edited gates, run by python3 (skipped without it)', () => {
  it('closes the grouped FP8 GEMMs from 11.0 on', async () => {
    const answers = await ask(grouped, 'ungated', 'cutlass_group_gemm_supported(capability)');
    expect(answers).toEqual([true, true, true, false, false, false, false]);
  });

  it('admits exactly 12.0 and 12.1 beside an exact 10.0', async () => {
    const question = 'is_flashinfer_fp4_cutlass_moe_available()';
    expect(await ask(flashinfer, 'helper-exact', question)).toEqual([
      false,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('leaves the CuTe DSL gate beside it alone', async () => {
    const question = 'is_flashinfer_fp4_cutedsl_moe_available()';
    expect(await ask(flashinfer, 'helper-exact', question)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('admits family 120 for the device and for NVFP4, and for no other scheme', async () => {
    const setup = 'kNvfp4Static, kNvfp4Dynamic, kFp8Block, kFp8Dynamic = range(4)';
    const name = 'experts-without-family';
    const admitted = [false, true, true, false, true, true, false];
    const device = await ask(flashinfer, name, 'FlashInferExperts._supports_current_device()', setup);
    expect(device).toEqual([true, ...admitted.slice(1)]);
    expect(await ask(flashinfer, name, 'FlashInferExperts._supports_quant_scheme(0, 1)', setup)).toEqual(
      admitted,
    );
    const block = await ask(flashinfer, name, 'FlashInferExperts._supports_quant_scheme(2, 3)', setup);
    expect(block).toEqual([true, false, false, false, false, false, false]);
  });

  it('returns the kernel class that the FlashInfer loop computed', async () => {
    const setup = `
class Kernel:
    is_supported_config = staticmethod(lambda cls, config: (True, None))
class Backend:
    FLASHINFER_TRTLLM, FLASHINFER_CUTLASS = "trtllm", "cutlass"
ALL_BACKENDS = FLASHINFER_BACKENDS = [Backend.FLASHINFER_TRTLLM, Backend.FLASHINFER_CUTLASS]
is_supported_config_trtllm = lambda config: (config == "b200", "not here")
backend_to_kernel_cls = lambda backend: Kernel
`;
    const select = (device: string): string =>
      `[getattr(part, "__name__", part) for part in select_nvfp4_moe_backend("${device}", 0, 0)]`;
    const spark = await ask(backend, 'dropped-class', select('gb10'), setup);
    expect(spark).toEqual(CAPABILITIES.map(() => ['cutlass', 'Kernel']));
    const b200 = await ask(backend, 'dropped-class', select('b200'), setup);
    expect(b200).toEqual(CAPABILITIES.map(() => ['trtllm', null]));
  });
});
