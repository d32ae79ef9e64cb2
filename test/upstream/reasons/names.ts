import type { Sentence } from './claim.js';
import type { Scene } from './scene.js';

/** Words of ours, and names of products, that look like names in code. */
const OURS =
  /^(?:sm_\d+[af]?|SM\d*x?|FlashInfer|DeepGEMM|CuTe|CuTeDSL|PyTorch|QuTLASS|cuDNN|GiB|KiB|NotSupported|NVIDIA_GB10)$/;
const NAME = /(?<![\w.*/…])(?:[A-Za-z]\w*_\w*\w|[A-Z][a-z0-9]+[A-Z]\w*|[a-z]+[A-Z]\w+)(?![\w*…])/g;
const PATH = /(?<![\w*])(?:[\w.-]+\/)+[\w.-]+\.(?:py|cuh?|h|hpp|inl|cmake|txt|json)\b/g;

/** Names in code, and paths, that a sentence says are there. Those that it denies are its claim's to check. */
export function named({ text }: Sentence): { readonly names: string[]; readonly paths: string[] } {
  const affirmed = text.replace(/\b(?:no|nothing|none|has no)\b [^:;]*|\S+ is not (?:there|defined)\b/g, '');
  const paths = [...affirmed.matchAll(PATH)].map(([path]) => path);
  const names = [...affirmed.replace(PATH, '').matchAll(NAME)].map(([name]) => name);
  return { names: [...new Set(names.filter((name) => !OURS.test(name)))], paths };
}

/** What a sentence names, and its sites' places, that the tree does not have. */
export async function missing(sentence: Sentence, scene: Scene): Promise<string[]> {
  const { names, paths } = named(sentence);
  const gone: string[] = [];
  for (const path of paths) if ((await scene.text(path)) === undefined) gone.push(`there is no ${path}`);
  for (const name of names) {
    const own = sentence.sites.map(({ path }) => path);
    const near = own.length > 0 ? await scene.grep(`\\b${name}\\b`, [...new Set(own)]) : [];
    if (near.length > 0 || (await scene.grep(`\\b${name}\\b`, ['.'])).length > 0) continue;
    const isFile = (await scene.paths()).some((path) => path.includes(name));
    if (!isFile) gone.push(`nothing names ${name}`);
  }
  return gone;
}
