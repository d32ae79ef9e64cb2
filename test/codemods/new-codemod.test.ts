import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Codemod } from '../../src/codemod/types.js';
import { MemoryTree, planOf } from '../support/memory.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp.js';

const SCRIPT = join(ROOT, 'scripts/new-codemod.mjs');

/** A copy of what the script edits, with the rest of the house linked. */
function house(): string {
  const root = tempFolder();
  cpSync(join(ROOT, 'codemods'), join(root, 'codemods'), { recursive: true });
  for (const name of ['src', 'node_modules', 'tsconfig.json', 'package.json', 'biome.json'])
    symlinkSync(join(ROOT, name), join(root, name));
  return root;
}

const run = (root: string, ...args: string[]) =>
  spawnSync('node', [SCRIPT, ...args], { cwd: root, encoding: 'utf8' });

describe('npm run new', () => {
  it('makes a fix that compiles, is registered, and is in the house’s style', async () => {
    const root = house();
    expect(run(root, 'vllm/my-new-fix', 'A thing that was wrong is right').status).toBe(0);

    const registry = readFileSync(join(root, 'codemods/registry.ts'), 'utf8');
    const before = readFileSync(join(ROOT, 'codemods/registry.ts'), 'utf8');
    const added = registry.split('\n').filter((line) => !before.split('\n').includes(line));
    expect(added).toEqual(["import vllmMyNewFix from './vllm/my-new-fix/codemod.js';", '  vllmMyNewFix,']);
    expect(registry.split('\n')).toHaveLength(before.split('\n').length + 2);
    execFileSync(
      join(ROOT, 'node_modules/.bin/biome'),
      ['check', 'codemods/registry.ts', 'codemods/vllm/my-new-fix'],
      { cwd: root, stdio: 'pipe' },
    );
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], { cwd: root, stdio: 'pipe' });

    const { default: codemod } = (await import(join(root, 'codemods/vllm/my-new-fix/codemod.ts'))) as {
      default: Codemod;
    };
    expect(codemod.id).toBe('vllm/my-new-fix');
    const there = await planOf([codemod], new MemoryTree({ 'csrc/a.cu': 'int vllmMyNewFix;' }));
    expect(there.outcomes[0]!.verdict).toBe('drifted');
    const absent = await planOf([codemod], new MemoryTree({ 'csrc/a.cu': 'int other;' }));
    expect(absent.outcomes[0]!.verdict).toBe('not-applicable');
    expect(existsSync(join(root, 'fixtures/vllm/my-new-fix/not-there/case.json'))).toBe(true);
    expect(readFileSync(join(root, 'codemods/vllm/my-new-fix/README.md'), 'utf8')).toMatch(
      /^# vllm\/my-new-fix$/m,
    );
  });

  it('says how it is used', () => {
    const { status, stderr } = run(tempFolder(), 'my-fix');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^new-codemod: "my-fix" is not an id such as vllm\/my-fix\n {2}usage: /);
  });

  it.each([
    ['no id', []],
    ['an id of another form', ['vllm/My_Fix', 'A title that is long enough']],
    ['a project that is not one', ['torch/fix', 'A title that is long enough']],
    ['no title', ['vllm/my-fix']],
    ['a title that breaks the source', ['vllm/my-fix', "it's a title */"]],
    ['a fix that is there', ['vllm/software-e2m1', 'A title that is long enough']],
  ])('refuses %s, and writes nothing', async (_name, args) => {
    const { scaffold } = (await import(SCRIPT)) as {
      scaffold: (root: string, ...args: string[]) => string[];
    };
    const root = house();
    expect(() => scaffold(root, ...args)).toThrow();
    expect(existsSync(join(root, 'fixtures'))).toBe(false);
    expect(readFileSync(join(root, 'codemods/registry.ts'))).toEqual(
      readFileSync(join(ROOT, 'codemods/registry.ts')),
    );
  });
});
