import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SourceFile, SyntaxKind } from 'ts-morph';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { allFixtures } from '../support/fixture.js';
import { importsOf, pathOf, ROOT, readSources } from '../support/sources.js';

const sources = new Map(
  readSources()
    .getSourceFiles()
    .map((file) => [pathOf(file), file]),
);
const below = (folder: string): [string, SourceFile][] =>
  [...sources].filter(([path]) => path.startsWith(folder));
const pure = [...below('codemods/'), ...below('src/codemod/')];
const codemodFiles = below('codemods/').filter(([path]) => path.endsWith('/codemod.ts'));
const idOf = (path: string): string => path.replace(/^codemods\/|\/codemod\.ts$/g, '');
const fixtures = allFixtures();

/** Modules that a file reaches at run time, each with the way to it. */
function reached(path: string, way: readonly string[] = [], seen = new Set<string>()): string[] {
  const file = sources.get(path);
  if (!file || seen.has(path)) return [];
  seen.add(path);
  const { files, modules } = importsOf(file);
  const here = [...way, path];
  return [
    ...modules.map((module) => [...here, module].join(' → ')),
    ...files.flatMap((next) => reached(next, here, seen)),
  ];
}

describe.each(pure)('%s', (path, file) => {
  it('reaches nothing that reads, writes or runs', () => {
    expect(reached(path)).toEqual([]);
    const outside = ['process', 'require', 'eval', 'fetch', 'globalThis', 'Date', 'console', 'setTimeout'];
    const used = file
      .getDescendantsOfKind(SyntaxKind.Identifier)
      .filter(
        (name) =>
          outside.includes(name.getText()) && name.getParent()?.getKind() !== SyntaxKind.PropertyAssignment,
      )
      .filter(
        (name) =>
          name
            .getSymbol()
            ?.getDeclarations()
            .every((at) => at.getSourceFile() !== file) ?? true,
      )
      .filter((name) => name.getParentIfKind(SyntaxKind.PropertyAccessExpression)?.getNameNode() !== name)
      .map((name) => `${name.getText()} at line ${name.getStartLineNumber()}`);
    expect(used).toEqual([]);
    expect(file.getText()).not.toMatch(/\bimport\(|Math\.random/);
  });

  it('anchors on no line number and no place', () => {
    const anchors = file.getDescendantsOfKind(SyntaxKind.BinaryExpression).filter((node) => {
      const sides = [node.getLeft(), node.getRight()];
      const compares = /^[=!<>]=?=?$/.test(node.getOperatorToken().getText());
      const place =
        compares &&
        sides.some((side) =>
          /(?:^|\.)(?:line|row|startPosition|startIndex|endIndex|offset)$/.test(side.getText()),
        );
      return (
        place && sides.some((side) => side.isKind(SyntaxKind.NumericLiteral) && side.getLiteralValue() > 1)
      );
    });
    expect(anchors.map((node) => node.getText())).toEqual([]);
  });

  it('is under 300 lines', () => {
    expect(file.getEndLineNumber()).toBeLessThan(300);
  });
});

describe('the registry', () => {
  it('has every folder once, under its own name', () => {
    expect(CODEMODS.map(({ id }) => id).sort()).toEqual(codemodFiles.map(([path]) => idOf(path)).sort());
    expect(new Set(CODEMODS.map(({ id }) => id)).size).toBe(CODEMODS.length);
  });
});

describe.each(CODEMODS.map((codemod) => ({ id: codemod.id, codemod })))('$id', ({ id, codemod }) => {
  const file = sources.get(`codemods/${id}/codemod.ts`)!;

  it('says which shapes it handles, in its header comment', () => {
    const [header] = file.getStatements()[0]!.getLeadingCommentRanges();
    expect(header?.getText().match(/^ \* {2,}\S+ {2,}\S/gm)?.length).toBeGreaterThan(1);
  });

  it('has metadata as data', () => {
    expect(codemod.project).toBe(id.split('/')[0]);
    for (const text of [codemod.title, codemod.why, codemod.retire]) expect(text.length).toBeGreaterThan(10);
    for (const { ref, note } of codemod.references)
      expect(Math.min(ref.length, note.length)).toBeGreaterThan(3);
    expect(codemod.references.length).toBeGreaterThan(0);
    for (const option of Object.values(codemod.options ?? {}))
      expect(option.values).toContain(option.default);
  });

  it('has a README with what breaks, for whom, a diff, upstream references, and when it can retire', () => {
    const path = join(ROOT, 'codemods', id, 'README.md');
    expect(existsSync(path)).toBe(true);
    const text = readFileSync(path, 'utf8');
    for (const part of [
      new RegExp(`^# ${id}$`, 'm'),
      /^\*\*What breaks\.\*\*/m,
      /^\*\*For whom\.\*\*/m,
      /^```diff$/m,
      /^\*\*Upstream\.\*\*/m,
      /^\*\*Retire\*\*/m,
    ]) {
      expect(text).toMatch(part);
    }
    for (const name of Object.keys(codemod.options ?? {})) expect(text).toContain(`\`${name}`);
    expect(text.split('\n').length).toBeLessThan(100);
  });

  it('has fixtures for what it edits and for what it leaves alone', () => {
    const own = fixtures.filter((fixture) => fixture.id === id);
    // A fix that only judges has a case that it refuses instead.
    const acted = own.filter(({ verdict }) => verdict === 'needed' || verdict === 'refused');
    expect(acted.length).toBeGreaterThan(0);
    expect(own.filter(({ verdict }) => verdict !== 'needed').length).toBeGreaterThan(1);
    expect(own.filter(({ verdict }) => verdict === 'drifted').length).toBeGreaterThan(0);
  });

  it('marks every file that it edits, where the file can hold a comment', () => {
    for (const { diff, name } of fixtures.filter((fixture) => fixture.id === id)) {
      for (const part of (diff ?? '')
        .split(/^(?=diff --git )/m)
        .filter((text) => text !== '' && !/^\+\+\+ .*\.json\s*$/m.test(text))) {
        expect([
          name,
          part
            .split('\n')
            .filter((line) => line.startsWith('+'))
            .join('\n'),
        ]).toEqual([name, expect.stringContaining(`dgx-patch: ${id}`)]);
      }
    }
  });
});

describe('fixtures', () => {
  it('belong to a fix', () => {
    const ids = new Set(CODEMODS.map(({ id }) => id));
    expect(fixtures.filter((fixture) => !ids.has(fixture.id))).toEqual([]);
    for (const project of readdirSync(join(ROOT, 'fixtures')).filter((name) => name !== 'trees')) {
      for (const fix of readdirSync(join(ROOT, 'fixtures', project)))
        expect(ids).toContain(`${project}/${fix}`);
    }
  });
});
