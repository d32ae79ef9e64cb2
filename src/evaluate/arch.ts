/** One entry of an arch list: `12.1a`, `8.0+PTX`, `9.0`. */
export interface Arch {
  readonly major: number;
  readonly minor: number;
  /** `a` arch-specific, `f` family-specific, or none. */
  readonly suffix: '' | 'a' | 'f';
  readonly ptx: boolean;
}

const ARCH = /^(\d+)\.(\d)([af]?)(\+PTX)?$/;

export function parseArch(text: string): Arch | undefined {
  const match = ARCH.exec(text.trim());
  if (!match) return undefined;
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    suffix: match[3] as Arch['suffix'],
    ptx: match[4] !== undefined,
  };
}

/** Entries of a list separated by `;`, `,` or blanks, as TORCH_CUDA_ARCH_LIST takes them. */
export function splitArchs(list: string): string[] {
  return list.split(/[;,\s]+/).filter((item) => item !== '');
}

/** `12.1a` → `121a`. */
export function smName(arch: string): string {
  return arch.replace('.', '').replace('+PTX', '');
}

/** True where GB10 (compute capability 12.1) loads SASS built for this entry. */
export function runsOnGB10(text: string): boolean {
  const arch = parseArch(text);
  if (!arch) return false;
  if (arch.major !== 12) return arch.ptx && arch.suffix === '' && arch.major < 12;
  // `a` code is for exactly its own target; family and plain code also run on later minors.
  return arch.suffix === 'a' ? arch.minor === 1 : arch.minor <= 1;
}

/** True where the target's instruction set has the FP4 conversion and the block-scaled MMA. */
export function hasBlockScaledFP4(text: string): boolean {
  const arch = parseArch(text);
  return arch !== undefined && arch.major === 12 && arch.suffix !== '';
}

/** What torch puts into CMAKE_CUDA_FLAGS for an arch list. */
export function gencodeFlags(list: string): string {
  return splitArchs(list)
    .flatMap((item) => {
      const sm = smName(item);
      const flags = [`-gencode arch=compute_${sm},code=sm_${sm}`];
      if (item.endsWith('+PTX')) flags.push(`-gencode arch=compute_${sm},code=compute_${sm}`);
      return flags;
    })
    .join(' ');
}
