import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

/** The panel in a plain browser page, without VS Code: a browser for each file, on all cores. */
export default defineConfig({
  test: {
    include: ['test/e2e/webviewHarness/**/*.e2e.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 2 * MINUTE_MS,
    hookTimeout: 3 * MINUTE_MS,
  },
});
