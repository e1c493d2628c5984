import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['torture/**/*.test.ts'],
    disableConsoleIntercept: true,
    // It waits for quiet as long as anything moves (quiet.ts).
    testTimeout: 30 * 60_000,
  },
});
