import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['torture/**/*.test.ts'],
    disableConsoleIntercept: true,
    // The run waits as long as there is progress (wait-until-idle.ts).
    testTimeout: 30 * 60_000,
  },
});
