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
/** What needs more than git and Node, and takes long: compilers, a browser, npm. `npm run test:machine`. */
const MACHINE = [
  'binary/nvcc',
  'e2e/{own-fixes,package}',
  'github/action',
  'report/{page,history-page}',
  'verify/{compile-flashinfer,rungs}',
];
/** What makes a worker large, whose every child process then takes longer to start: a worker of its own. */
const large = ['hostile/sources', 'tree/limits'].map((name) => `test/${name}.test.ts`);
const machine = MACHINE.map((name) => `test/${name}.test.ts`);
/** Repositories that tests copy. */
const globalSetup = 'test/support/global-setup.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
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
          exclude: [...pure, ...large, ...machine],
          globalSetup,
        },
      },
      { extends: true, test: { name: 'large', include: large, globalSetup } },
      { extends: true, test: { name: 'machine', include: machine, globalSetup } },
    ],
  },
});
