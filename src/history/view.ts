import { createHash } from 'node:crypto';
import { hasContent } from '../source/content.js';
import type { Edit } from '../source/edits.js';
import type { SourceTree } from '../source/tree.js';
import { OverlayTree } from '../tree/overlay-tree.js';
import { type Answer, HoldersAnswer, ListingAnswer } from './answers.js';
import { Scene } from './scene.js';

/** A scene, or a scene with edits laid over it, as it is now. */
export class View {
  readonly #marks = new Map<string, string>();

  private constructor(
    readonly scene: Scene,
    readonly overlay: OverlayTree | undefined,
  ) {
    for (const path of overlay?.changed ?? [])
      this.#marks.set(path, markOf(path, overlay!.byPath.get(path)!));
  }

  /** Undefined where the tree is none that a memory can follow. */
  static of(tree: SourceTree): View | undefined {
    if (tree instanceof Scene) return new View(tree, undefined);
    if (tree instanceof OverlayTree && tree.below instanceof Scene) return new View(tree.below, tree);
    return undefined;
  }

  /** Everything that is edited. */
  get edits(): string {
    return [...this.#marks.values()].join(' ');
  }

  /** The edits that some answers depend on, as text. */
  async bearingOn(answers: readonly Answer[]): Promise<string> {
    const bearing: string[] = [];
    for (const [path, mark] of this.#marks) {
      for (const answer of answers) {
        if (!answer.meets(path) || !(await this.#bears(path, answer))) continue;
        bearing.push(mark);
        break;
      }
    }
    return bearing.join(' ');
  }

  async #bears(path: string, answer: Answer): Promise<boolean> {
    if (answer instanceof ListingAnswer) return this.overlay!.created.includes(path);
    if (!(answer instanceof HoldersAnswer)) return true;
    await answer.settle();
    if (answer.holds(path)) return true;
    const file = await this.overlay!.read(path);
    return file !== undefined && hasContent(file.text, answer.question.content);
  }

  /** Of all that a judge who asks these questions sees here. */
  async digest(keys: readonly string[]): Promise<string> {
    const answers = keys.map((key) => this.scene.answer(key));
    await Promise.all(answers.map((answer) => answer.settle()));
    const seen = keys.map((key, index) => `${key} ${answers[index]!.digest()}`);
    return createHash('sha256')
      .update([...seen, await this.bearingOn(answers)].join('\n'))
      .digest('hex')
      .slice(0, 32);
  }
}

/** By the first of them: the edits of a file that were marked last. Many fixes are judged beside the same ones. */
const marked = new WeakMap<Edit, { readonly edits: readonly Edit[]; readonly mark: string }>();

/** Of what the edits of a file are; equal marks mean equal edits. */
function markOf(path: string, edits: readonly Edit[]): string {
  const last = marked.get(edits[0]!);
  if (last?.edits.length === edits.length && last.edits.every((edit, index) => edit === edits[index])) {
    return last.mark;
  }
  const bytes = JSON.stringify(edits.map(({ start, end, text, create }) => [start, end, text, create]));
  const mark = createHash('sha1').update(`${path}\0${bytes}`).digest('hex');
  marked.set(edits[0]!, { edits, mark });
  return mark;
}
