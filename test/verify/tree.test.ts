import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../src/fixes/built-in.js';
import { judgeTree } from '../../src/judge/judge.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { plannedSubject } from '../../src/verify/subject.js';
import { cli } from '../support/cli.js';
import { mapTree } from '../support/map-tree.js';
import { hasMirror, treeAt, without } from '../support/mirrors.js';
import { hasPython } from '../support/python.js';
import { climbOne, failedOf, subjectOf } from '../support/subject.js';

const PIN = '3b30e6150777de549b11f67dde3ecc0d3b1f3f50';
const BUILD = { cuda: '13.0', arch: '12.1a' };

describe.skipIf(!hasMirror('vllm'))(`the real pin${without('vllm')}`, () => {
  it('fails arch where 12.1 alone was put among the supported ones, and says what is missing', async () => {
    const below = await treeAt('vllm', PIN);
    const text = (await below.read('CMakeLists.txt'))!.text;
    const at = text.indexOf('12.0"', text.indexOf('CUDA_SUPPORTED_ARCHS')) + 4;
    const tree = new OverlayTree(below, [{ path: 'CMakeLists.txt', start: at, end: at, text: ';12.1' }]);
    const result = await climbOne(subjectOf(tree), 'arch');
    below.close();
    expect(result.state).toBe('failed');
    expect(failedOf(result)['csrc/quantization/fp4/nvfp4_scaled_mm_sm120_kernels.cu']).toBe(
      'no kernel group compiles it: GB10 has no such kernel',
    );
  });

  it('fails arch where a block for plain 12.1 was appended', async () => {
    const below = await treeAt('vllm', PIN);
    const text = (await below.read('CMakeLists.txt'))!.text;
    const kernel = 'csrc/quantization/fp4/nvfp4_quant_kernels.cu';
    const block = `\nset_gencode_flags_for_srcs(SRCS "${kernel}" CUDA_ARCHS "12.1")\n`;
    const tree = new OverlayTree(below, [
      { path: 'CMakeLists.txt', start: text.length, end: text.length, text: block },
    ]);
    const failed = failedOf(await climbOne(subjectOf(tree), 'arch'));
    below.close();
    expect(failed).toEqual({ [kernel]: expect.stringContaining('plain 12.1') });
  });

  it('passes parse, judge and arch with every fix', async () => {
    const tree = await treeAt('vllm', PIN);
    const outcomes = await judgeTree(
      tree,
      CODEMODS.filter(({ project }) => project === 'vllm'),
      BUILD,
    );
    const target = { project: 'vllm' as const, revision: PIN, commit: PIN, tree };
    const subject = plannedSubject({ target, build: BUILD, outcomes, options: {} });
    for (const stage of ['parse', 'judge', 'arch'] as const)
      expect(failedOf(await climbOne(subject, stage))).toEqual({});
    tree.close();
  });
});

describe.skipIf(!hasPython)('python (skipped without python3)', () => {
  const prove = (path: string, text: string) =>
    climbOne(subjectOf(mapTree({ [path]: text }), { edited: [path] }), 'python');

  it('fails a file that no longer compiles', async () => {
    const result = await prove('vllm/a.py', 'def f(:\n    pass\n');
    expect(result.reason).toMatch(/vllm\/a\.py: it does not load by itself: SyntaxError/);
  });

  it('fails a name that an edit forgot', async () => {
    const result = await prove(
      'vllm/a.py',
      'from torch import nn\n\nclass A(nn.Module):\n    width = missing + 1\n',
    );
    expect(result.reason).toMatch(/NameError: name 'missing' is not defined \(line 4\)/);
  });

  it('fails an exclude list that leaves mtp.fc quantised', async () => {
    const text =
      'class Config:\n    def is_layer_excluded(self, prefix):\n        return prefix in self.exclude_modules\n';
    const result = await prove('vllm/modelopt.py', text);
    expect(Object.values(failedOf(result))).toEqual(['excluded: False']);
  });

  it('fails a factory that gives a layer its name twice', async () => {
    const text = [
      'from vllm.layers import Linear',
      'class Qwen3NextNet:',
      '    def __init__(self, prefix):',
      '        self.a = self.create_qkvz_proj(8, 16, 32, None, prefix=f"{prefix}.in_proj_qkvz")',
      '    def create_qkvz_proj(self, hidden_size, key_dim, value_dim, quant_config, prefix):',
      '        return Linear(output_sizes=[96], prefix=f"{prefix}.in_proj_qkvz")',
      '',
    ].join('\n');
    const result = await prove('vllm/model.py', text);
    expect(Object.values(failedOf(result))).toEqual([
      'the layer is named P.in_proj_qkvz.in_proj_qkvz, its caller says P.in_proj_qkvz',
    ]);
  });
});

describe('the command line', () => {
  it('knows its stages', async () => {
    const { code, err } = await cli('verify', '--target', 'vllm@v0.16.0', '--stage', 'parse,guess');
    expect([code, err]).toEqual([2, expect.stringContaining('stages: parse, judge, arch')]);
  });

  it('takes targets of nvcc, and no others', async () => {
    expect((await cli('verify', '--target', 'vllm@v0.16.0', '--arch', '12.1,native')).code).toBe(2);
  });

  it('wants one of --dir and --target', async () => {
    expect((await cli('verify', '--target', 'vllm@v0.16.0', '--dir', '.')).code).toBe(2);
  });

  it('takes no folder inside of a checkout for one', async () => {
    const { code, err } = await cli('verify', '--dir', new URL('.', import.meta.url).pathname);
    expect([code, err]).toEqual([5, expect.stringContaining('is a folder inside of a git checkout')]);
  });
});
