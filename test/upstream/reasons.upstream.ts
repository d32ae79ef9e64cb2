import { afterAll, describe, expect, it } from 'vitest';
import type { Project } from '../../src/source/project.js';
import { hasMirror, repositoryWith, without } from '../support/mirrors.js';
import { BUILD, HOUR, LINES, Walked } from './lines.js';
import { type Claim, flaws, type Sentence, type Shape, shapeOf } from './reasons/claim.js';
import { CUTLASS } from './reasons/cutlass.js';
import { FLASHINFER } from './reasons/flashinfer.js';
import { FLASHINFER_GATES } from './reasons/flashinfer-gates.js';
import { FLASHINFER_KERNELS } from './reasons/flashinfer-kernels.js';
import { missing, named } from './reasons/names.js';
import { ends, releases, saidOf } from './reasons/said.js';
import { Scene } from './reasons/scene.js';
import { VLLM_DISPATCH } from './reasons/vllm-dispatch.js';
import { VLLM_MEMORY } from './reasons/vllm-memory.js';
import { VLLM_MODELS } from './reasons/vllm-models.js';
import { VLLM_MOE } from './reasons/vllm-moe.js';
import { VLLM_NATIVE } from './reasons/vllm-native.js';

/**
 * Every sentence that the fixes say along a whole line, at the first and the last commit where each is said and at
 * every release, against the tree of that commit: by git, and in words of its own. A sentence of no known shape is a failure.
 */
const CLAIMS: Partial<Record<Project, readonly Claim[]>> = {
  vllm: [...VLLM_NATIVE, ...VLLM_DISPATCH, ...VLLM_MODELS, ...VLLM_MOE, ...VLLM_MEMORY],
  flashinfer: [...FLASHINFER, ...FLASHINFER_GATES, ...FLASHINFER_KERNELS],
  cutlass: CUTLASS,
};

const walked = new Walked();
afterAll(() => walked.clean());

/** What became of the sentences of a line. */
class Account {
  readonly wrong: string[] = [];
  readonly unchecked = new Set<string>();
  readonly distinct = new Set<string>();
  readonly used = new Set<Claim>();
  readonly shapes = new Map<Shape, number>();
  all = 0;
  names = 0;

  constructor(readonly claims: readonly Claim[]) {}

  async check(sentence: Sentence, scene: Scene): Promise<void> {
    const { fix, text } = sentence;
    const at = `${fix} at ${scene.commit.slice(0, 10)}: ${JSON.stringify(text)}`;
    this.all += 1;
    this.distinct.add(`${fix} ${text}`);
    this.names += named(sentence).names.length + named(sentence).paths.length;
    const made = this.claims
      .map((claim) => ({ claim, match: claim.fix === fix ? claim.says.exec(text) : null }))
      .filter(({ match }) => match !== null);
    if (made.length === 0) this.unchecked.add(`${fix} ${text}`);
    for (const { claim, match } of made) {
      const shape = shapeOf(claim);
      this.used.add(claim);
      this.shapes.set(shape, (this.shapes.get(shape) ?? 0) + 1);
      for (const flaw of await flaws(claim, scene, match!, sentence)) this.wrong.push(`${at}: ${flaw}`);
    }
    for (const flaw of await missing(sentence, scene)) this.wrong.push(`${at}: ${flaw}`);
  }
}

/** The account of some commits; a sentence that is not so, or that nothing checks, is a failure. */
async function accountOf(
  project: Project,
  asked: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<Account> {
  const account = new Account(CLAIMS[project]!);
  for (const [commit, fixes] of asked) {
    const { dir, reader } = await repositoryWith(project, commit);
    reader.close();
    const scene = new Scene(dir, commit, BUILD);
    for (const sentence of await saidOf(project, dir, commit, BUILD, fixes)) {
      await account.check(sentence, scene);
    }
    scene.close();
  }
  const { all, distinct, names, shapes, unchecked, wrong } = account;
  const counted = [...shapes].map(([shape, count]) => `${shape} ${count}`).join(', ');
  process.stderr.write(
    `${project}: ${asked.size} commits, ${all} sentences, ${distinct.size} distinct, ${names} names; ${counted}; ` +
      `${unchecked.size} unchecked\n`,
  );
  expect(wrong).toEqual([]);
  expect([...unchecked]).toEqual([]);
  return account;
}

describe.each(LINES)('%s since %s', (project) => {
  it.skipIf(!hasMirror(project))(
    `says of every commit what its tree holds${without(project)}`,
    async () => {
      const { used, claims } = await accountOf(project, ends(await walked.of(project)));
      // A claim that nothing says any more checks nothing.
      expect(claims.filter((claim) => !used.has(claim)).map(({ fix, says }) => `${fix} ${says}`)).toEqual([]);
    },
    HOUR,
  );

  it.skipIf(!hasMirror(project))(
    `and of every release${without(project)}`,
    async () => {
      await accountOf(project, releases(await walked.of(project)));
    },
    HOUR,
  );
});
