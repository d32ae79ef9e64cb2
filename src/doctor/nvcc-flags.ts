import type { Finding, Surroundings } from './finding.js';

const CHECK = 'nvcc-flags';
const SHORTHAND = /(?:^|\s)(?:-arch|--gpu-architecture)(?:=|\s+)(sm_1\d\d[af])\b/;

/** Is a shorthand for an arch-specific target put before or behind every nvcc command? */
export function checkNvccFlags({ environment }: Surroundings): Finding {
  const found = ['NVCC_PREPEND_FLAGS', 'NVCC_APPEND_FLAGS'].flatMap((name) => {
    const match = SHORTHAND.exec(environment[name] ?? '');
    return match ? [{ name, sm: match[1]! }] : [];
  });
  const [first] = found;
  if (!first) {
    return { check: CHECK, state: 'ok', cause: 'no arch shorthand is added to nvcc commands', evidence: [] };
  }
  const { sm } = first;
  const plain = sm.slice(0, -1);
  return {
    check: CHECK,
    state: 'wrong',
    cause: `-arch=${sm} adds a pass for plain ${plain} to every command; it lacks the FP4 instructions, and ptxas stops`,
    evidence: found.map(({ name }) => `${name}=${environment[name]}`),
    next: `unset ${found.map(({ name }) => name).join(' ')}; where a target is needed, use -gencode arch=${sm.replace('sm', 'compute')},code=${sm}`,
  };
}
