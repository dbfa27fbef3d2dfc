import { defineConfig } from 'vitest/config';

/** Runs the built command line, a process for each question. */
export default defineConfig({
  test: {
    include: ['test/cli/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: '100%',
  },
});
