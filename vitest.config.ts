import { defineConfig } from 'vitest/config';

/** Rooms whose tests start no process and change no environment: they share their workers. */
const PURE = [
  'house',
  'readme',
  '{source,syntax,evaluate,patch,codemod,judge,recipes,schema,pins}/**/*',
  'codemods/{fixtures,refusals,rules}',
  'author/**/*',
  'history/*',
  'revision/{mirrors,spec}',
  'report/{golden,proofs,sarif,text}',
];
const pure = PURE.map((name) => `test/${name}.test.ts`);
/**
 * What needs more than git and Node (compilers, pip, a browser, npm), and what takes a parser to its limits: such
 * a worker grows large, and its child processes then start slowly. `npm run test:machine`, a worker a file.
 */
const MACHINE = [
  'binary/nvcc',
  'cli/fix-new',
  'container/{kernels,resolve}',
  'e2e/{own-fixes,package}',
  'github/action',
  'hostile/sources',
  'installed/vllm',
  'package/wheel',
  'report/{page,history-page}',
  'tree/limits',
  'verify/{cmake/scripts,compile-flashinfer,rungs}',
];
const machine = MACHINE.map((name) => `test/${name}.test.ts`);
/** Repositories that tests copy. */
const globalSetup = 'test/support/global-setup.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    setupFiles: 'test/support/seed.ts',
    // The default leaves a core idle: with two, that is half of them.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'process',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...machine],
          globalSetup,
        },
      },
      { extends: true, test: { name: 'machine', include: machine, globalSetup } },
    ],
  },
});
