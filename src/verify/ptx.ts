/** What a rung wants to know of one kernel's PTX. */
export interface KernelCode {
  readonly name: string;
  readonly instructions: number;
  /** `cvt.rn.satfinite.e2m1x2.f32`. */
  readonly conversions: number;
  /** Block-scaled FP4 MMA: `kind::mxf4nvf4`, `kind::mxf4`. */
  readonly fp4Mma: number;
  /** Any tensor core MMA, the FP4 ones included. */
  readonly mma: number;
  readonly stores: number;
  readonly traps: number;
  /** Calls of vprintf or __assertfail: what a stub does instead of computing. */
  readonly messages: number;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function codeOf(name: string, body: string): KernelCode {
  return {
    name,
    instructions: count(body, /^\s*(?:@!?%p\d+\s+)?[a-z][\w.:]*\s[^\n]*;/gm),
    conversions: count(body, /\bcvt\.rn\.satfinite\.e2m1x2\.f32\b/g),
    fp4Mma: count(body, /\bmma\.sync[\w.:]*kind::mxf4/g),
    mma: count(body, /\b(?:mma\.sync|wgmma\.mma_async|tcgen05\.mma)\b/g),
    stores: count(body, /\bst\.(?:\w+\.)*global\b|\bst\.global\b|\bcp\.async\.bulk\.tensor\.[\w.:]*global/g),
    traps: count(body, /^\s*trap;/gm),
    messages: count(body, /\b(?:vprintf|__assertfail)\b/g),
  };
}

/** The kernels of a PTX file. Device functions that were not inlined count for every kernel of the file. */
export function readPtx(ptx: string): KernelCode[] {
  const parts = ptx.split(/^(?=\.(?:visible|weak|extern)?\s*\.?(?:entry|func)\b)/m);
  const functions = parts.filter(
    (part) => /^\.(?:visible |weak )?\.?func\b/.test(part) && part.includes('{'),
  );
  const shared = functions.join('\n');
  return parts.flatMap((part) => {
    const name = /^\.(?:visible |weak )?\.?entry\s+([\w$]+)/.exec(part)?.[1];
    return name === undefined ? [] : [codeOf(name, `${part}\n${shared}`)];
  });
}
