import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCases } from '../../src/author/cases.js';
import { missingCases, runCase } from '../../src/author/kit/run-cases.js';
import { writeHouse } from '../../src/author/kit/write-fix.js';
import type { Codemod } from '../../src/codemod/types.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp.js';

it('writes a fix of the tool, which compiles, and registers it', async () => {
  const root = tempFolder();
  cpSync(join(ROOT, 'codemods'), join(root, 'codemods'), { recursive: true });
  for (const name of ['src', 'node_modules', 'tsconfig.json', 'package.json', 'biome.json'])
    symlinkSync(join(ROOT, name), join(root, name));
  const id = 'vllm/my-new-fix';
  await writeHouse(root, {
    id,
    project: 'vllm',
    title: 'A thing that was wrong is right',
    family: 'statement',
    file: undefined,
    house: true,
  });
  const check = (program: string, ...args: string[]) =>
    execFileSync(join(ROOT, 'node_modules/.bin', program), args, { cwd: root, stdio: 'pipe' });
  check('biome', 'check', '--write', `codemods/${id}`, 'codemods/registry.ts');
  check('tsc', '-p', 'tsconfig.json');
  const { default: codemod } = (await import(join(root, 'codemods', id, 'codemod.ts'))) as {
    default: Codemod;
  };
  const cases = readCases(join(root, 'fixtures', id), id);
  expect(missingCases(cases)).toEqual([]);
  for (const one of cases) expect((await runCase(codemod, one)).verdict).toBe(one.verdict);
  expect(readFileSync(join(root, 'codemods', id, 'README.md'), 'utf8')).toMatch(/^# vllm\/my-new-fix$/m);
});
