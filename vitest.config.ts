import { defineConfig } from 'vitest/config';
import { messages } from './web/messages-plugin.ts';

export default defineConfig({
  plugins: [messages()],
  test: {
    include: [
      'locales/**/*.test.ts',
      'server/**/*.test.ts',
      'google-simulator/**/*.test.ts',
      'web/**/*.test.ts',
    ],
    globalSetup: ['server/src/testing/postgres.ts'],
    // Every core works; vitest alone would leave one idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes within a second on a quiet machine; a busy one is no failure.
    expect: { poll: { timeout: 20_000 } },
  },
});
