import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type SourceFile, SyntaxKind } from 'ts-morph';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../codemods/registry.js';
import { FLOORS } from './support/floors.js';
import { importsOf, pathOf, ROOT, readSources } from './support/sources.js';

const sources = new Map(
  readSources()
    .getSourceFiles()
    .map((file) => [pathOf(file), file]),
);
const all = [...sources];
const roomOf = (path: string): string =>
  path.startsWith('codemods/') ? 'codemods' : /^src\/([^/]+)/.exec(path)![1]!;
const floorOf = (path: string): number => FLOORS.findIndex((rooms) => rooms.includes(roomOf(path)));
const below = (...rooms: string[]) => all.filter(([path]) => rooms.includes(roomOf(path)));
const filesOf = (file: SourceFile) => importsOf(file, true).files.filter((path) => sources.has(path));
const modulesOf = (file: SourceFile) => importsOf(file, true).modules;

/** The imports of some files that `wrong` names, as `from → to`. */
const arrows = (
  files: readonly (readonly [string, SourceFile])[],
  wrong: (to: string, from: string) => boolean,
) =>
  files.flatMap(([from, file]) =>
    filesOf(file)
      .filter((to) => wrong(to, from))
      .map((to) => `${from} → ${to}`),
  );

/** Circles of files, each once. */
function circles(): string[] {
  const done = new Set<string>();
  const found = new Set<string>();
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      found.add(way.slice(way.indexOf(path)).sort().join(' ↔ '));
      return;
    }
    if (done.has(path)) return;
    for (const next of filesOf(sources.get(path)!)) walk(next, [...way, path]);
    done.add(path);
  };
  for (const [path] of all) walk(path, []);
  return [...found];
}

/** `process.<name>` of those names in a file. */
const processUses = (file: SourceFile, names: RegExp): string[] =>
  file
    .getDescendantsOfKind(SyntaxKind.PropertyAccessExpression)
    .filter((node) => node.getExpression().getText() === 'process' && names.test(node.getName()))
    .map((node) => `${pathOf(file)}:${node.getStartLineNumber()}`);

describe('the house', () => {
  it('has a floor for every room', () => {
    expect(all.map(([path]) => path).filter((path) => floorOf(path) < 0)).toEqual([]);
  });

  it('is drawn in docs/architecture.md as it stands', () => {
    const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) \| `([\w.-]+)` \| \S/gm)].map((row) => [
      Number(row[1]),
      row[2],
    ]);
    expect(rows).toEqual(FLOORS.flatMap((rooms, floor) => rooms.map((room) => [floor + 1, room])));
    // An empty room would be a promise.
    expect(FLOORS.flat().filter((room) => !all.some(([path]) => roomOf(path) === room))).toEqual([]);
  });

  it('has no circle of files, types included', () => {
    expect(circles()).toEqual([]);
  });

  it('has no arrow up', () => {
    expect(arrows(all, (to, from) => floorOf(to) > floorOf(from))).toEqual([]);
  });

  it('judges without a disk, a process or an environment', () => {
    const pure = below('source', 'syntax', 'evaluate', 'patch', 'codemod', 'codemods', 'api.ts', 'judge');
    const outside = pure.flatMap(([path, file]) =>
      modulesOf(file)
        .filter((name) => name.startsWith('node:') && name !== 'node:crypto')
        .map((name) => `${path} → ${name}`),
    );
    expect(outside).toEqual([]);
    expect(pure.flatMap(([, file]) => processUses(file, /./))).toEqual([]);
  });

  it('has fixes that know the api, what they share, and nothing else', () => {
    const allowed = (to: string, from: string): boolean =>
      to === 'src/api.ts' ||
      to.startsWith(`${dirname(from)}/`) ||
      /^codemods\/(?:[a-z]+\/)?_/.test(to) ||
      /^codemods\/(?:registry|refusals)\.ts$/.test(from);
    expect(arrows(below('codemods'), (to, from) => !allowed(to, from))).toEqual([]);
    expect(
      below('codemods').flatMap(([path, file]) => modulesOf(file).map((name) => `${path} → ${name}`)),
    ).toEqual([]);
    expect(
      below('codemods')
        .filter(([, file]) => /\.paths\(\)/.test(file.getText()))
        .map(([path]) => path),
    ).toEqual([]);
  });

  it('has one door to the fixes, and an engine that knows none by name', () => {
    expect(
      arrows(
        all.filter(([path]) => !path.startsWith('codemods/') && path !== 'src/fixes/built-in.ts'),
        (to) => to.startsWith('codemods/'),
      ),
    ).toEqual([]);
    const ids = new Set(CODEMODS.map(({ id }) => id));
    const literals = all
      .filter(([path]) => path.startsWith('src/'))
      .flatMap(([path, file]) =>
        file
          .getDescendantsOfKind(SyntaxKind.StringLiteral)
          .filter((node) => ids.has(node.getLiteralValue()))
          .map((node) => `${path}:${node.getStartLineNumber()}`),
      );
    expect(literals).toEqual([]);
  });

  it('keeps history, reports and proofs apart', () => {
    expect(arrows(below('history'), (to) => roomOf(to) === 'report')).toEqual([]);
    expect(arrows(below('verify', 'apply'), (to) => roomOf(to) === 'history')).toEqual([]);
    expect(arrows(all, (to, from) => roomOf(to) === 'cli' && roomOf(from) !== 'cli')).toEqual([]);
    expect(
      arrows(
        all,
        (to, from) =>
          roomOf(to) === 'author' && !['author', 'cli', 'schema', 'report'].includes(roomOf(from)),
      ),
    ).toEqual([]);
    const processes = /^node:child_process$/;
    expect(
      below('report').flatMap(([path, file]) =>
        modulesOf(file)
          .filter((name) => processes.test(name))
          .map(() => path),
      ),
    ).toEqual([]);
  });

  it('knows the command line in one room only', () => {
    const others = all.filter(([path]) => roomOf(path) !== 'cli');
    expect(others.filter(([, file]) => modulesOf(file).includes('commander')).map(([path]) => path)).toEqual(
      [],
    );
    // What must know where programs, caches and compilers are.
    const may =
      /^src\/(?:tree\/git-environment|cache-folder|installed\/jit-cache|verify\/(?:workspace|toolchain|numerics)|verify\/cmake\/\w+|evaluate\/evaluate|container\/process)\.ts/;
    const uses = others.flatMap(([, file]) => processUses(file, /^(?:env|argv|stdout)$/));
    expect(uses.filter((place) => !may.test(place))).toEqual([]);
  });

  it('reads what was asked for in one place', () => {
    const calling = (pattern: RegExp): string[] =>
      all
        .filter(([path, file]) => path.startsWith('src/') && pattern.test(file.getText()))
        .map(([path]) => path);
    expect(calling(/process\.env\.DGX_PATCH_MIRRORS/)).toEqual(['src/cli/mirrors.ts']);
    for (const read of ['readFixOptions', 'readSelection']) {
      expect(calling(new RegExp(`(?<!function )\\b${read}\\(`)).filter((path) => /cli\//.test(path))).toEqual(
        ['src/cli/request.ts'],
      );
    }
  });

  it('knows in one file how it is installed', () => {
    const knowing = all
      .filter(([, file]) => file.getText().includes('import.meta.url'))
      .map(([path]) => path);
    expect(knowing).toEqual(['src/assets.ts']);
  });

  it('has small files', () => {
    const lines = all.map(([, file]) => file.getEndLineNumber()).sort((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThan(70);
    expect(all.filter(([, file]) => file.getEndLineNumber() > 250).map(([path]) => path)).toEqual([]);
  });
});
