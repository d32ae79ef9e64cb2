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
          include: ['test/**/*.test.ts'],
          exclude: pure,
          globalSetup: 'test/support/global-setup.ts',
        },
      },
    ],
  },
});
