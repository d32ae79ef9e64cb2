/**
 * The text that the fix inserts. The software conversion is exact: over all 2^32 inputs it gives what
 * `cvt.rn.satfinite.e2m1x2.f32` gives (ties to even, saturation at 6, -0 kept, every NaN is +6).
 */

/** Targets whose ISA has the conversion: the arch- and family-specific ones from 10.0 on. */
const FEATURE = [
  '#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 1000 && \\',
  '    (defined(__CUDA_ARCH_FAMILY_SPECIFIC__) || \\',
  '     defined(__CUDA_ARCH_SPECIFIC__) || \\',
  '     defined(__CUDA_ARCH_FEAT_SM100_ALL) || \\',
  '     defined(__CUDA_ARCH_FEAT_SM101_ALL) || \\',
  '     defined(__CUDA_ARCH_FEAT_SM103_ALL) || \\',
  '     defined(__CUDA_ARCH_FEAT_SM120_ALL) || \\',
  '     defined(__CUDA_ARCH_FEAT_SM121_ALL))',
];

/** The same, but never on a target of compute capability 12.1. */
const FEATURE_BUT_SM121 = [
  '#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 1000 && \\',
  '    __CUDA_ARCH__ != 1210 &&                  \\',
  ...FEATURE.slice(1),
];

export const GUARD = 'DGX_PATCH_HARDWARE_E2M1';
export const FUNCTION = 'dgx_patch_e2m1x8';

/** Lines that say which targets have the instructions; the same in every file, so that files may meet. */
export function guardLines(mark: string, guard: 'feature' | 'sm121'): string[] {
  return [
    `// ${mark}: cvt.e2m1x2 exists on arch- and`,
    '// family-specific targets only (sm_120a, sm_121a, sm_120f, ...).',
    ...(guard === 'sm121' ? FEATURE_BUT_SM121 : FEATURE),
    `  #define ${GUARD} 1`,
    '#else',
    `  #define ${GUARD} 0`,
    '#endif',
    '',
  ];
}

/** Lines of the helper, at namespace scope, before the first conversion of a file. */
export function helperLines(mark: string, guard: 'feature' | 'sm121'): string[] {
  return [...guardLines(mark, guard), ...helperFunction(), ''];
}

/** The function itself, with the comment above it. */
export function helperFunction(): string[] {
  return [
    '// Eight floats to eight E2M1 codes, a in the lowest nibble. Rounds to nearest',
    '// even, saturates at 6; NaN becomes +6, as the instruction does it.',
    `inline __device__ uint32_t ${FUNCTION}(float a, float b, float c, float d,`,
    '                                            float e, float f, float g, float h) {',
    '  const float values[8] = {a, b, c, d, e, f, g, h};',
    '  uint32_t code[8], sign[8];',
    '#pragma unroll',
    '  for (int i = 0; i < 8; ++i) {',
    '    const float half = __fmul_rn(values[i], 0.5f);  // a NaN loses its sign',
    '    const float size = fminf(fabsf(half), 3.0f);    // and becomes 6',
    '    // The code of x is the least of 2x, x + 2 and x/2 + 4, each rounded to an',
    '    // integer by the one addition of 1.5 * 2^23.',
    '    const float low = __fmaf_rn(size, 4.0f, 12582912.0f);',
    '    const float mid = __fmaf_rn(size, 2.0f, 12582914.0f);',
    '    const float high = __fadd_rn(size, 12582916.0f);',
    '    code[i] = __float_as_uint(fminf(fminf(low, mid), high));',
    '    sign[i] = __float_as_uint(half);',
    '  }',
    '  uint32_t codes = 0;  // four nibbles in each half',
    '#pragma unroll',
    '  for (int i = 3; i >= 0; --i) {',
    '    codes = codes * 16 + __byte_perm(code[i], code[i + 4], 0x5410);',
    '  }',
    '  // Top bytes of the even and of the odd values.',
    '  const uint32_t even = __byte_perm(__byte_perm(sign[0], sign[2], 0x73),',
    '                                    __byte_perm(sign[4], sign[6], 0x73), 0x5410);',
    '  const uint32_t odd = __byte_perm(__byte_perm(sign[1], sign[3], 0x73),',
    '                                   __byte_perm(sign[5], sign[7], 0x73), 0x5410);',
    '  return codes | ((even >> 4) & 0x08080808u) | (odd & 0x80808080u);',
    '}',
  ];
}

/** A call of the helper on eight values, folded in the middle. */
function call(head: string, values: readonly string[], tail: string): string[] {
  const opened = `${head}${FUNCTION}(`;
  return [
    `${opened}${values.slice(0, 4).join(', ')},`,
    `${' '.repeat(opened.length)}${values.slice(4, 8).join(', ')})${tail}`,
  ];
}

/** Assignments that stand for the asm where the ISA lacks the instruction: 8 values make a word, 16 two. */
export function softwareLines(
  outputs: readonly { target: string; values: readonly string[] }[],
  indent: string,
): string[] {
  return outputs.flatMap(({ target, values }) => {
    if (values.length === 8) return call(`${indent}${target} = `, values, ';');
    return [
      ...call(`${indent}${target} = `, values.slice(8), ';'),
      `${indent}${target} <<= 32;`,
      ...call(`${indent}${target} |= `, values, ';'),
    ];
  });
}
