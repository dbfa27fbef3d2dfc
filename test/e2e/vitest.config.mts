import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

/** End-to-end tests: one VS Code at a time, as a user would have it. */
export default defineConfig({
  test: {
    include: ['test/e2e/*.e2e.ts'],
    globalSetup: ['test/e2e/support/globalSetup.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 2 * MINUTE_MS,
    hookTimeout: 3 * MINUTE_MS,
  },
});
