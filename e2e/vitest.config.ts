import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/make-data-directory.ts'],
    setupFiles: ['e2e/report-failure.ts'],
    // In the order in which they are written: report-failure.ts needs the pages that a file's own hooks close.
    sequence: { hooks: 'list' },
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // As long as the timeout of a page: a busy machine must not fail a test.
    expect: { poll: { timeout: 20_000 } },
    // Two files at once: one works while the other waits. More may overload a small machine.
    maxWorkers: 2,
  },
});
