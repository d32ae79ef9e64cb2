import {
  behind,
  callsOf,
  children,
  classes,
  type Document,
  descendants,
  enclosingFunction,
  type JudgeContext,
  keyword,
  methods,
  type Node,
  nameOf,
  type SourceFile,
  searchParsed,
} from '../../../src/api.js';

/** A method that makes and returns a layer which its caller names. Constructors nest modules and are none. */
export interface Factory {
  readonly file: SourceFile;
  readonly className: string;
  readonly name: string;
  readonly fn: Node;
  /** The calls whose layers it returns. */
  readonly made: readonly Node[];
  /** True where its own class calls it; overrides elsewhere are called by their base. */
  readonly home: boolean;
}

/** A file of the gated delta net, wherever it lives. */
export type DeltaNetFile = Document;

const FILES = /^vllm\/(?:.*\/)?[^/]*(?:qwen3?_?(?:next|5)|gdn|gated_delta|linear_attn)[^/]*\.py$/;

/** Files with the gated delta net of Qwen3-Next and Qwen3.5: models/ up to v0.18, layers/mamba/ from v0.19. */
export async function deltaNetFiles(context: JudgeContext): Promise<DeltaNetFile[]> {
  return searchParsed(context, 'python', FILES, /\bself\.in_proj_qkvz\b|\bdef create_qkvz_proj\b/);
}

/** The factories of the files: methods whose every return gives a call that takes a `prefix`. */
export function layerFactories(files: readonly DeltaNetFile[]): Factory[] {
  return files.flatMap(({ file, root }) => {
    const { text } = file;
    return classes(root).flatMap((cls) =>
      methods(cls).flatMap((fn) => {
        const name = nameOf(fn, text);
        const returns = descendants(fn, 'return_statement').filter(
          (node) => enclosingFunction(node)?.id === fn.id,
        );
        const made = returns.map((node) => {
          const [value] = children(node);
          return value && behind(value, text);
        });
        const layers = made.filter(
          (call) => call?.type === 'call' && keyword(call, 'prefix', text) !== undefined,
        );
        if (name === '__init__' || layers.length === 0 || layers.length !== returns.length) return [];
        const home = callsOf(cls, name, text).length > 0;
        return [{ file, className: nameOf(cls, text), name, fn, made: layers as Node[], home }];
      }),
    );
  });
}
