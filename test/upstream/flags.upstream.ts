import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ExtensionTarget } from '../../src/evaluate/graph.js';
import { onlyCompiled } from '../../src/evaluate/preprocessor/activity.js';
import { CODEMODS } from '../../src/fixes/built-in.js';
import { selectCodemods } from '../../src/fixes/choose.js';
import { firstParents } from '../../src/history/place.js';
import { judgeTree } from '../../src/judge/judge.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import type { SourceTree } from '../../src/source/tree.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { hasMirror, treeAt, without } from '../support/mirrors.js';
import { HOUR, LINES, mirrorOf } from './lines.js';

/** Every vLLM of the pins file, and commits between them. */
const { pins } = JSON.parse(readFileSync(new URL('../../upstream-pins.json', import.meta.url), 'utf8')) as {
  pins: { project: string; name?: string; commit: string }[];
};
const REVISIONS = pins
  .filter(({ project }) => project === 'vllm')
  .map(({ name, commit }): [string, string] => [name ?? commit, commit]);
const ARCHS = ['12.0f', '12.1a'];
const STEP = 500;

/** A function of kernels for one architecture, as the dispatchers call it. */
const CALLED = /(?<![\w.>])(?:\w+::)*(\w+_sm\d{2,3}\w*)\s*\(/g;
/** A definition of a function that is not `static`: a head that ends in a body. */
const definition = (name: string): RegExp =>
  new RegExp(`\\n(?!\\s*(?:static|return)\\b)[\\w:<>&* ]*\\b${name}\\s*\\([^;{}]*\\)\\s*\\{`);

const macrosOf = ({ flags }: ExtensionTarget): ReadonlyMap<string, string> =>
  new Map(
    flags.flatMap((flag): [string, string][] => {
      const [, name, value] = /^(?:-D)?(\w+)=(\w+)$/.exec(flag) ?? [];
      return name && value ? [[name, value]] : [];
    }),
  );

const withoutComments = (text: string): string => text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '');

interface Compiled {
  readonly path: string;
  readonly text: string;
}

/** What a target compiles of its sources, by the flags that it is defined with. */
async function compiledBy(target: ExtensionTarget, tree: SourceTree): Promise<Compiled[]> {
  const macros = macrosOf(target);
  const read = await Promise.all(
    [...new Set(target.sources)].map(async (path): Promise<Compiled[]> => {
      const text = (await tree.read(path))?.text;
      return text === undefined ? [] : [{ path, text: withoutComments(onlyCompiled(text, macros)) }];
    }),
  );
  return read.flat();
}

/** Functions of kernels that a target calls, that the tree defines, and that nothing in the target defines. */
async function undefinedIn(
  target: ExtensionTarget,
  tree: SourceTree,
  sources: readonly Compiled[],
): Promise<string[]> {
  const compiled = await compiledBy(target, tree);
  const whole = compiled.map(({ text }) => text).join('\n');
  const called = compiled.flatMap(({ path, text }) =>
    [...text.matchAll(CALLED)].map(([, name]) => ({ path, name: name! })),
  );
  const names = new Map(called.map(({ path, name }) => [name, path]));
  return [...names]
    .filter(([name]) => !definition(name).test(whole))
    .flatMap(([name, path]) => {
      const home = sources.find(({ text }) => definition(name).test(text));
      return home ? [`${target.name}: ${path} calls ${name}, which only ${home.path} defines`] : [];
    });
}

/** What the library of a tree would not find when it is loaded. */
async function unresolved(tree: SourceTree, arch: string): Promise<string[]> {
  const workbench = new TreeWorkbench(tree, { cuda: '13.0', arch });
  const graph = await workbench.context({ id: 'test/flags' }, []).evaluateCMake(workbench.build);
  workbench.dispose();
  expect(graph.errors).toEqual([]);
  const paths = (await tree.paths()).filter((path) => /^csrc\/(?!rocm\/|cpu\/).*\.(?:cu|cpp)$/.test(path));
  const sources = (await Promise.all(paths.map((path) => tree.read(path)))).flatMap((file) =>
    file && /_sm\d{2,3}/.test(file.text) ? [{ path: file.path, text: withoutComments(file.text) }] : [],
  );
  const wrong = await Promise.all(graph.targets.map((target) => undefinedIn(target, tree, sources)));
  return wrong.flat();
}

/** The same of a commit with its fixes, for both arch lists. */
async function unresolvedWithFixes(commit: string): Promise<string[]> {
  const tree = await treeAt('vllm', commit);
  try {
    const wrong: string[] = [];
    for (const arch of ARCHS) {
      const build = { cuda: '13.0', arch };
      const outcomes = await judgeTree(tree, selectCodemods(CODEMODS, 'vllm'), build);
      const edits = outcomes.flatMap((outcome) => outcome.edits);
      const found = await unresolved(new OverlayTree(tree, edits), arch);
      wrong.push(...found.map((what) => `${commit} for ${arch}: ${what}`));
    }
    return wrong;
  } finally {
    tree.close();
  }
}

describe(`every pinned vLLM, with its fixes${without('vllm')}`, () => {
  it.skipIf(!hasMirror('vllm')).each(REVISIONS)(
    '%s sets no flag of kernels that are in no group',
    async (_, commit) => expect(await unresolvedWithFixes(commit)).toEqual([]),
  );

  it.skipIf(!hasMirror('vllm'))(
    `every ${STEP}th commit between them sets none`,
    async () => {
      const line = await firstParents(mirrorOf('vllm'), 'HEAD');
      const wrong = [];
      for (const commit of line.slice(0, line.indexOf(LINES[0][1])).filter((_, at) => at % STEP === 0))
        wrong.push(...(await unresolvedWithFixes(commit)));
      expect(wrong).toEqual([]);
    },
    HOUR,
  );

  it.skipIf(!hasMirror('vllm')).each(ARCHS)(
    'and sees that v0.11.1 as it is sets one, for %s',
    async (arch) => {
      const tree = await treeAt('vllm', 'v0.11.1');
      const wrong = await unresolved(tree, arch);
      tree.close();
      expect(wrong.join('\n')).toContain('cutlass_moe_mm_sm100');
    },
  );
});
