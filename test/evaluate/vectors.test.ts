import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateCMake } from '../../src/evaluate/evaluate.js';
import type { SourceFile } from '../../src/source/file.js';
import { readCMake } from '../../src/syntax/cmake.js';
import { cmakeFiles, enabled, targetsOf } from '../support/evaluation.js';
import { hasMirror, treeAt } from '../support/mirrors.js';

interface Row {
  readonly cuda: string;
  readonly archs: readonly string[];
  readonly cudaArchs: readonly string[];
  readonly targets: Readonly<Record<string, readonly string[]>>;
  readonly flags?: readonly string[];
}

const { sources, revisions } = JSON.parse(
  readFileSync(new URL('./arch-vectors.json', import.meta.url), 'utf8'),
) as {
  readonly sources: Readonly<Record<string, string>>;
  readonly revisions: Readonly<Record<string, readonly Row[]>>;
};

const AT_THE_PIN = '3b30e6150777de549b11f67dde3ecc0d3b1f3f50';
const LATER = '239b5ff30cf46f9196149c888a20be2096fdff03';
const NATIVE = { cuda: '13.0', arch: '12.1a' };

async function filesAt(revision: string): Promise<SourceFile[]> {
  const tree = await treeAt('vllm', revision);
  const files = await cmakeFiles(tree);
  tree.close();
  return files;
}

describe.skipIf(!hasMirror('vllm'))('vLLM’s CMake, evaluated (needs DGX_PATCH_MIRRORS)', () => {
  it.each(Object.entries(revisions))('%s', async (revision, rows) => {
    const files = await filesAt(revision);
    for (const { cuda, archs, cudaArchs, targets, flags } of rows) {
      for (const arch of archs) {
        const graph = await evaluateCMake(files, { cuda, arch });
        const found = Object.keys(targets).map((name) => [name, targetsOf(graph, sources[name]!)]);
        expect({
          arch,
          cuda,
          errors: graph.errors,
          cudaArchs: graph.cudaArchs,
          targets: Object.fromEntries(found),
          flags: flags ? enabled(graph) : undefined,
        }).toEqual({ arch, cuda, errors: [], cudaArchs, targets, flags });
      }
    }
  });

  it('has 12.1 lost where only the supported list gains it, at the pin', async () => {
    const graph = await evaluateCMake(supporting121(await filesAt(AT_THE_PIN)), NATIVE);
    for (const name of ['c3x120', 'fp4q', 'fp4mm120', 'fp4moe', 'moedata']) {
      expect([name, targetsOf(graph, sources[name]!)]).toEqual([name, []]);
    }
  });

  it('is native where the kernel lists gain 12.1f too, at the pin', async () => {
    const files = supporting121(await filesAt(AT_THE_PIN));
    const alone = await evaluateCMake(withLists(files, /^12\.0f$/), NATIVE);
    for (const name of ['c3x120', 'fp4q', 'fp4mm120', 'fp4moe']) {
      expect([name, targetsOf(alone, sources[name]!)]).toEqual([name, ['121f']]);
    }
    expect(targetsOf(alone, sources.moedata!)).toEqual([]);
    const all = await evaluateCMake(withLists(files, /12\.0f/), NATIVE);
    expect(targetsOf(all, sources.moedata!)).toEqual(['121f']);
  });

  it('is native where only the supported list gains 12.1, later', async () => {
    const graph = await evaluateCMake(supporting121(await filesAt(LATER)), NATIVE);
    for (const name of ['c3x120', 'fp4q', 'fp4mm120', 'fp4moe', 'moedata']) {
      expect([name, targetsOf(graph, sources[name]!)]).toEqual([name, ['121a']]);
    }
  });
});

/** The files with the arguments of some commands edited. */
function rewritten(
  files: readonly SourceFile[],
  edit: (command: string, first: string, value: string) => string,
): SourceFile[] {
  return files.map(({ path, text }) => {
    const args = readCMake(text).commands.flatMap(({ name, args }) =>
      args.map((arg) => ({ ...arg, name, first: args[0]!.value })),
    );
    const after = args
      .sort((a, b) => b.start - a.start)
      .reduce(
        (all, { name, first, value, start, end }) =>
          all.slice(0, start) + edit(name, first, value) + all.slice(end),
        text,
      );
    return { path, text: after };
  });
}

const supporting121 = (files: readonly SourceFile[]): SourceFile[] =>
  rewritten(files, (command, first, value) =>
    command === 'set' && first === 'CUDA_SUPPORTED_ARCHS' && value !== first ? `${value};12.1` : value,
  );

const withLists = (files: readonly SourceFile[], lists: RegExp): SourceFile[] =>
  rewritten(files, (command, _first, value) =>
    command === 'cuda_archs_loose_intersection' && lists.test(value)
      ? value.replace('12.0f', '12.0f;12.1f')
      : value,
  );
