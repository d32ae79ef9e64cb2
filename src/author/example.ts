import { decoded } from '../source/text.js';
import type { Case } from './cases.js';

/** Lines of an example that a README shows. */
const LINES = 24;

/**
 * What a fix's README shows of its edit: the smallest expected diff of its cases, without git's own lines and
 * cut where it is long. Undefined for a fix that edits nothing.
 */
export function exampleDiff(cases: readonly Pick<Case, 'name' | 'diff'>[]): string | undefined {
  const [smallest] = cases
    .flatMap(({ diff }) => (diff === undefined || diff.includes('\r') ? [] : [decoded(diff)]))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  if (smallest === undefined) return undefined;
  const lines = smallest
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(?:diff --git|index|new file mode) /.test(line));
  return lines.length <= LINES ? lines.join('\n') : [...lines.slice(0, LINES), '…'].join('\n');
}

const BLOCK = /^```diff\n[\s\S]*?^```$/m;

/** A README with the example in the place of its first diff. */
export function withExample(readme: string, diff: string): string {
  return readme.replace(BLOCK, () => `\`\`\`diff\n${diff}\n\`\`\``);
}
