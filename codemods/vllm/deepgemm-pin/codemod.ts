/**
 * The DeepGEMM that is built has kernels for SM12x where vLLM uses it there.
 *
 * Shapes of the pin, in deepgemm.cmake and install_deepgemm.sh:
 *  -   – 2026-06-21               DeepGEMM is not used on SM12x
 *  P1  44d95069e9..84b9c2762f     deepseek-ai 891d57b4: nothing for SM12x
 *  P2  84b9c2762f..2026-07-30     deepseek-ai a6b593d2: right
 *  P3  2026-07-30 – 2026-08-12    vllm-project f5a76426, then e21c821: nothing for SM12x
 *  P4  2026-08-12 –               deepseek-ai 8b1392b9: contested, and left alone
 */
import {
  children,
  defineCodemod,
  descendants,
  type Edit,
  functionsNamed,
  isOurs,
  type JudgeContext,
  lineEnd,
  markBehind,
  onPlatform,
  readCMake,
  replace,
  type Site,
  type SiteState,
  type SourceFile,
} from '../../../src/api.js';
import { admitted } from '../../_families/gate.js';

const ID = 'vllm/deepgemm-pin';
const REPOSITORY = 'https://github.com/deepseek-ai/DeepGEMM.git';
const GOOD = 'a6b593d2826719dcf4892609af7b84ee23aaf32a';

/** What is known of a commit of DeepGEMM on SM12x. */
const KNOWN: readonly (readonly [commit: string, state: 'right' | 'wrong' | 'contested'])[] = [
  ['891d57b4', 'wrong'],
  ['f5a76426', 'wrong'],
  ['e21c821', 'wrong'],
  [GOOD, 'right'],
  ['8b1392b9', 'contested'],
];

/** A value that a file gives a name, and where. */
interface Value {
  readonly text: string;
  readonly startIndex: number;
  readonly endIndex: number;
}

interface PinSite extends Site {
  readonly repository: Value;
  readonly commit: Value;
}

function cmakeValue({ text }: SourceFile, name: string): Value | undefined {
  const found = readCMake(text).commands.filter(
    ({ name: command, args }) => command === 'set' && args[0]?.value === name,
  );
  const argument = found.length === 1 ? found[0]!.args[1] : undefined;
  return argument?.kind === 'quoted'
    ? { text: argument.value, startIndex: argument.start, endIndex: argument.end }
    : undefined;
}

function shellValue({ text }: SourceFile, name: string): Value | undefined {
  const [found, ...more] = [...text.matchAll(new RegExp(`^${name}="([^"$]*)"`, 'gm'))];
  if (!found || more.length > 0) return undefined;
  const startIndex = found.index + name.length + 2;
  return { text: found[1]!, startIndex, endIndex: startIndex + found[1]!.length };
}

function siteOf(file: SourceFile, repository: Value | undefined, commit: Value | undefined): PinSite {
  const nowhere = { text: '', startIndex: 0, endIndex: 0 };
  const site = {
    file,
    offset: commit?.startIndex ?? 0,
    repository: repository ?? nowhere,
    commit: commit ?? nowhere,
  };
  if (!repository || !commit) return { ...site, state: 'unknown', what: 'the pin is written in another way' };
  const known = KNOWN.find(([id]) => commit.text.startsWith(id))?.[1];
  const mixed = known === 'right' && repository.text !== REPOSITORY;
  const state: SiteState = known === undefined || mixed ? 'unknown' : known === 'contested' ? 'right' : known;
  const ours =
    state === 'right' && isOurs(file, ID, { startIndex: commit.startIndex, endIndex: commit.endIndex });
  return { ...site, state: ours ? 'ours' : state, what: `DeepGEMM is built at ${commit.text.slice(0, 8)}` };
}

/** Whether vLLM uses DeepGEMM on GB10; undefined where that cannot be read. */
async function isUsed(context: JudgeContext): Promise<boolean | undefined> {
  const file = await context.tree.read('vllm/platforms/cuda.py');
  if (!file) return false;
  const [gate] = functionsNamed((await context.parse(file, 'python')).root, 'support_deep_gemm', file.text);
  if (!gate) return false;
  const [answer, ...more] = descendants(gate, 'return_statement').map((found) => children(found)[0]);
  return answer && more.length === 0 ? admitted(answer, file.text, onPlatform)?.includes(121) : undefined;
}

export default defineCodemod<PinSite>({
  id: ID,
  project: 'vllm',
  title: 'DeepGEMM is built at a commit with kernels for SM12x',
  why: 'From 2026-06-22 on vLLM uses DeepGEMM on GB10, and for two windows pins a commit that has no code for it: models stop with "Unknown recipe", "Unknown SF transformation" or "Unsupported architecture".',
  effect: { kind: 'stops', concerns: 'models that take DeepGEMM (DeepSeek V3.2 and V4, block FP8)' },
  references: [
    {
      kind: 'commit',
      ref: '44d95069e9',
      date: '2026-06-22',
      note: 'DeepGEMM on the family of 12.0 (#43477)',
    },
    { kind: 'commit', ref: '84b9c2762f', date: '2026-07-02', note: 'the commit with SM12x (#47304)' },
    { kind: 'issue', ref: '#52732', note: 'the second window, and what serves on two GB10' },
    { kind: 'issue', ref: '#54125', note: '8b1392b9 sends FP8 to the kernel for FP8xFP4: contested' },
  ],
  retire: 'when no pin lies in the two windows',
  upstreamStatus: 'Backport [84b9c2762f]',

  async judge(context) {
    const used = await isUsed(context);
    if (used === false)
      return { absent: 'vllm/platforms/cuda.py has no support_deep_gemm that admits SM12x' };
    if (used === undefined) return { drifted: 'whether DeepGEMM is used on SM12x cannot be read' };
    const [cmake, shell] = await Promise.all(
      ['cmake/external_projects/deepgemm.cmake', 'tools/install_deepgemm.sh'].map((path) =>
        context.tree.read(path),
      ),
    );
    const sites = [
      ...(cmake
        ? [
            siteOf(
              cmake,
              cmakeValue(cmake, '_DEEPGEMM_UPSTREAM_REPO'),
              cmakeValue(cmake, '_DEEPGEMM_UPSTREAM_TAG'),
            ),
          ]
        : []),
      ...(shell
        ? [siteOf(shell, shellValue(shell, 'DEEPGEMM_GIT_REPO'), shellValue(shell, 'DEEPGEMM_GIT_REF'))]
        : []),
    ];
    const contested = sites.some(({ commit }) => commit.text.startsWith('8b1392b9'));
    return {
      sites,
      expected: 2,
      reason: {
        wrong: 'DeepGEMM is used on SM12x, and built at a commit without code for it',
        right: contested
          ? 'DeepGEMM 8b1392b9 has code for SM12x, and is contested for FP8 (vllm#54125): it is left alone'
          : 'DeepGEMM is built at a commit with kernels for SM12x',
      },
    };
  },

  rewrite: (sites) =>
    sites.flatMap(({ file, repository, commit }): Edit[] => [
      ...(repository.text === REPOSITORY ? [] : [replace(file, repository, REPOSITORY)]),
      replace(file, commit, GOOD),
      markBehind(file, lineEnd(file.text, commit.endIndex), ID),
    ]),
});
