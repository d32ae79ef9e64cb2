import { defineConfig } from 'vitest/config';

/** Tests on real upstream source: `npm run test:upstream`, with DGX_PATCH_MIRRORS set. */
export default defineConfig({
  test: {
    include: ['test/upstream/**/*.upstream.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
    globalSetup: ['test/upstream/setup.ts'],
  },
});
