import { plan } from '../../codemod/plan.js';
import type { Codemod, Outcome } from '../../codemod/types.js';
import { TreeWorkbench } from '../../judge/workbench.js';
import { patch } from '../../patch/write.js';
import type { Build } from '../../source/build.js';
import { byPath, editFile } from '../../source/edits.js';
import type { SourceTree } from '../../source/tree.js';
import { Documents } from '../../syntax/parser.js';
import { type Choice, choiceOf } from './choice.js';
import { DAMAGES, type Damage, damaged, meaning } from './damage.js';
import { type Files, mutate, NAMES } from './mutant.js';
import { difference } from './oracle.js';
import { NarrowChoice, smallest } from './shrink.js';
import { styleOf } from './style.js';
import { VariantTree } from './variant-tree.js';
import { type Judged, ofVerdicts, type Result } from './verdicts.js';

export interface Subject {
  readonly codemod: Codemod;
  /** `vllm@v0.16.0` */
  readonly target: string;
  readonly tree: SourceTree;
  readonly build: Build;
}

/** One mutant, and what the fix made of it. */
export interface Trial {
  readonly id: string;
  readonly target: string;
  readonly seed: number;
  /** Names of mutations, or of one damage. */
  readonly mutations: readonly string[];
  readonly result: Result;
  readonly why: string;
}

/** A trial with as little of its mutations as still leads to its result. */
export interface Shrunk extends Trial {
  /** The mutated source against the original, in bytes; empty for damage. */
  readonly patch: string;
}

/** Source whose parse is kept between mutants: what was not mutated. */
const KEPT = 4 << 20;

/** Puts one fix on one tree to the torture. Call `close` when done. */
export class Rack {
  readonly #documents = new Documents(KEPT);
  #base: Promise<Outcome> | undefined;
  #files: Promise<Files> | undefined;

  constructor(readonly subject: Subject) {}

  async #judge(tree: SourceTree): Promise<Outcome> {
    const workbench = new TreeWorkbench(tree, this.subject.build, {}, this.#documents);
    try {
      return (await plan([this.subject.codemod], workbench)).outcomes[0]!;
    } finally {
      workbench.dispose();
    }
  }

  /** The outcome without any mutation. */
  base(): Promise<Outcome> {
    this.#base ??= this.#judge(this.subject.tree);
    return this.#base;
  }

  /** The files that the fix is about here, and that we can mutate. */
  files(): Promise<Files> {
    this.#files ??= (async () => {
      const { sites, edits } = await this.base();
      const files = new Map<string, string>();
      for (const path of new Set([...sites, ...edits].map((one) => one.path))) {
        const file = styleOf(path) && (await this.subject.tree.read(path));
        if (file) files.set(path, file.text);
      }
      return files;
    })();
    return this.#files;
  }

  /** What the mutations of one seed lead to; undefined where they change nothing here. */
  async trial(seed: number, only?: readonly string[]): Promise<Trial | undefined> {
    const choice = choiceOf(seed);
    const base = await this.base();
    const names = only ?? NAMES;
    const damages = DAMAGES.filter((name) => !only || only.includes(name));
    if (base.verdict === 'needed' && damages.length > 0 && choice.of('damage', only ? 2 : 5) === 0) {
      return this.#damage(damages[choice.of('which', damages.length)]!, seed);
    }
    const mutations = names.filter((name) => NAMES.includes(name));
    if (mutations.length === 0) return undefined;
    const count = 1 + choice.of('count', 3);
    const chosen = Array.from(
      { length: count },
      (_, at) => mutations[choice.of(`which ${at}`, mutations.length)]!,
    );
    return this.mutants(seed, [...new Set(chosen)]);
  }

  /** A trial that fails with the fewest mutations, at the fewest places; as a patch of the source too. */
  async shrink(trial: Trial): Promise<Shrunk> {
    const fails = (mutations: readonly string[], choice: Choice) =>
      this.mutants(trial.seed, mutations, choice).then((again) => again?.result === trial.result);
    if (trial.mutations.some((name) => !NAMES.includes(name))) return { ...trial, patch: '' };
    const wide = choiceOf(trial.seed);
    const mutations = await smallest(trial.mutations, (some) => fails(some, wide));
    const seen = new NarrowChoice(wide);
    await this.mutants(trial.seed, mutations, seen);
    const places = await smallest([...seen.taken], (some) =>
      fails(mutations, new NarrowChoice(wide, new Set(some))),
    );
    const choice = places.length === 0 ? wide : new NarrowChoice(wide, new Set(places));
    const files = await this.files();
    const mutant = await mutate(files, mutations, choice, this.#documents);
    const changes = [...mutant.files].map(([path, after]) => {
      const origin = mutant.origins.get(path) ?? path;
      return { path: origin, before: files.get(origin), after };
    });
    return { ...trial, mutations, patch: patch(changes) };
  }

  /** What some mutations lead to; undefined where they change nothing. */
  async mutants(
    seed: number,
    mutations: readonly string[],
    choice: Choice = choiceOf(seed),
  ): Promise<Trial | undefined> {
    const [base, files] = [await this.base(), await this.files()];
    const mutant = await mutate(files, mutations, choice, this.#documents);
    const same = [...mutant.files].every(([path, text]) => files.get(path) === text);
    if (same) return undefined;
    const changed = new Map<string, string | null>(mutant.files);
    for (const path of files.keys()) if (!mutant.files.has(path)) changed.set(path, null);
    const now = await this.#judge(new VariantTree(this.subject.tree, changed));
    const decided = ofVerdicts(base, now);
    if (decided) return this.#trial(seed, mutations, decided.result, decided.why);
    const why = await difference(
      {
        original: edited(files, base),
        mutant: { ...mutant, files: edited(mutant.files, now) },
      },
      mutations,
      choice,
      this.#documents,
    );
    return this.#trial(seed, mutations, why === undefined ? 'right' : 'wrong', why ?? 'the same edit');
  }

  async #damage(damage: Damage, seed: number): Promise<Trial | undefined> {
    const [base, files] = [await this.base(), await this.files()];
    const choice = choiceOf(seed);
    const own = base.edits.filter(({ path }) => files.has(path));
    const spoiled = await damaged(damage, files, own, choice, this.#documents);
    if (!spoiled) return undefined;
    const whole = new Map<string, string | null>(spoiled.files);
    for (const { path, create, text } of base.edits) if (create) whole.set(path, text);
    const now = await this.#judge(new VariantTree(this.subject.tree, whole));
    const why = `${spoiled.what}: ${now.verdict}, ${now.reason}`;
    // What somebody spoiled is nobody's to guess; what is half done is to be done.
    if (now.verdict === 'drifted' || now.verdict === 'conflicting' || now.verdict === 'refused')
      return this.#trial(seed, [damage], damage === 'half-done' ? 'drifted' : 'left', why);
    if (now.verdict !== 'needed') return this.#trial(seed, [damage], 'silent', why);
    const [got, want] = await Promise.all([
      meaning(edited(spoiled.files, now), this.#documents),
      meaning(edited(files, base), this.#documents),
    ]);
    // Beside an idle alternative the right one does; beside one that is always taken it does not.
    const healed = damage === 'gate-closed' || damage === 'value-zeroed' || got === want;
    return this.#trial(seed, [damage], healed ? 'right' : 'wrong', why);
  }

  #trial(seed: number, mutations: readonly string[], result: Result, why: string): Trial {
    const { codemod, target } = this.subject;
    return { id: codemod.id, target, seed, mutations, result, why };
  }

  close(): void {
    this.#documents.dispose();
  }
}

/** Files with the edits of an outcome that are about them. */
function edited(files: Files, { edits }: Judged): Files {
  const own = byPath(edits);
  return new Map(
    [...files].map(([path, text]) => [path, own.has(path) ? editFile(text, own.get(path)!) : text]),
  );
}
