import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // As patient as a page's own waiting: a busy machine is no failure.
    expect: { poll: { timeout: 20_000 } },
    // Two stories at once: while one waits the other works. The machine may be too small for more.
    maxWorkers: 2,
  },
});
