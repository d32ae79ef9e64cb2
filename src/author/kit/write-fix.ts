import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Codemod } from '../../codemod/types.js';
import { Failure } from '../../failure.js';
import { readCases } from '../cases.js';
import { runCase } from './run-cases.js';
import { type Skeleton, skeletonOf, type Wish } from './skeleton.js';

const REGISTRY = 'codemods/registry.ts';

/** Whether a folder is the tool's own repository: its fixes are registered there. */
export const isHouse = (root: string): boolean => existsSync(join(root, REGISTRY));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

const below = (dir: string, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [join(dir, path), text]));

/** Writes a fix of one's own: its source, and cases beside it. */
export async function writeOwn(dir: string, wish: Wish): Promise<void> {
  const { code, cases } = skeletonOf(wish);
  await write({ [join(dir, 'codemod.ts')]: code, ...below(join(dir, 'cases'), cases) });
}

/** Writes a fix of the tool: its source and README, its cases, and its line in the registry. */
export async function writeHouse(root: string, wish: Wish): Promise<void> {
  const skeleton: Skeleton = skeletonOf(wish);
  const dir = join(root, 'codemods', wish.id);
  const registry = join(root, REGISTRY);
  await write({
    [join(dir, 'codemod.ts')]: skeleton.code,
    [join(dir, 'README.md')]: readme(wish.id),
    ...below(join(root, 'fixtures', wish.id), skeleton.cases),
    [registry]: registered(await readFile(registry, 'utf8'), wish.id),
  });
}

/** Runs new cases once and writes the diffs that they make: the example is right, so its diff is. */
export async function fillDiffs(codemod: Codemod, cases: string): Promise<void> {
  for (const one of readCases(cases, codemod.id)) {
    const { diff } = await runCase(codemod, one);
    if (diff) one.expect(diff);
  }
}

/** `vllm/my-fix` → `vllmMyFix`, the name that the registry imports it by. */
const importName = (id: string): string =>
  id.replace(/[/-]([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

/** The registry with one more fix: the import in order, the entry at the end, as fixes are applied in order. */
export function registered(text: string, id: string): string {
  const name = importName(id);
  const line = `import ${name} from './${id}/codemod.js';`;
  const lines = text.split('\n');
  const from = (one: string): string => /from '(.*)'/.exec(one)?.[1] ?? '';
  const imports = lines.flatMap((one, at) => (/^import \w+ from '\.\//.test(one) ? [at] : []));
  const later = imports.find((at) => from(lines[at]!) > from(line));
  lines.splice(later ?? (imports.at(-1) ?? -1) + 1, 0, line);
  const start = lines.findIndex((one) => /\bCODEMODS\b.*\[/.test(one));
  const end = lines.findIndex((one, at) => at > start && one.startsWith('];'));
  if (start < 0 || end < 0) {
    throw new Failure('usage', `${REGISTRY} is not the list of fixes that it was`, {
      next: `add ${name} to it by hand`,
    });
  }
  lines.splice(end, 0, `  ${name},`);
  return lines.join('\n');
}

const readme = (id: string): string => `# ${id}

**What breaks.** What goes wrong without the fix, in the words that an error message has.

**For whom.** Which builds, releases and models.

\`\`\`diff
-as it is
+as it must be  // dgx-patch: ${id}
\`\`\`

**Upstream.** Commits and pull requests that brought it and that mend it.

**Retire** when no pin is older than the release that has it right.
`;
