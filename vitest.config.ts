import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'google-simulator/**/*.test.ts', 'web/**/*.test.ts'],
    globalSetup: ['server/src/testing/postgres.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
