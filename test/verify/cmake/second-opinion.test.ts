import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasCMake } from '../../support/cmake-real.js';
import { mapTree } from '../../support/map-tree.js';
import { climbOne, subjectOf } from '../../support/subject.js';

const KERNEL = 'csrc/quantization/w8a8/cutlass/scaled_mm_c3x_sm120.cu';
const CMAKE = `function(set_gencode_flags_for_srcs)
endfunction()
function(define_extension_target)
endfunction()
set_gencode_flags_for_srcs(SRCS "${KERNEL}" CUDA_ARCHS "12.0f")
define_extension_target(_C SOURCES "${KERNEL}")
`;

const opinion = async (text: string, cmake = true) => {
  const tree = mapTree({ 'CMakeLists.txt': text, [KERNEL]: 'using Arch = cutlass::arch::Sm120;\n' });
  const { state, checks } = await climbOne(subjectOf(tree), 'arch', { cmake });
  return { state, second: checks.find(({ what }) => what === 'cmake -P') };
};

describe('verify --cmake', () => {
  it('asks nobody unless it is told to', async () => {
    expect(await opinion(CMAKE, false)).toEqual({ state: 'passed', second: undefined });
  });

  it.skipIf(!hasCMake)('has the real cmake agree (skipped without cmake)', async () => {
    expect(await opinion(CMAKE)).toMatchObject({ state: 'passed', second: { state: 'passed' } });
  });

  it.skipIf(!hasCMake)('fails where the real cmake sees another build (skipped without cmake)', async () => {
    // The machine's own variables are the real one's alone.
    const { second } = await opinion(`${CMAKE}set(SEEN "$ENV{PATH}")\n`);
    expect(second).toMatchObject({
      state: 'failed',
      detail: 'it evaluates the files otherwise: assignments',
    });
  });

  it('says that there is no cmake', async () => {
    vi.stubEnv('PATH', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await opinion(CMAKE)).second).toMatchObject({
      state: 'not run',
      detail: 'there is no cmake on this machine',
    });
  });
});
