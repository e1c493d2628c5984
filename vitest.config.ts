import { defineConfig } from 'vitest/config';
import { messages } from './web/messages-plugin.ts';

/** Tests of functions without a database, a server or state of their modules: their files share a process. */
const pure = ['locales/**/*.test.ts', 'server/src/mail/**/*.test.ts', 'web/**/*.test.ts'];

export default defineConfig({
  plugins: [messages()],
  test: {
    globalSetup: ['server/src/testing/postgres.ts'],
    // Every core works; vitest alone would leave one idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes within a second on a quiet machine; a busy one is no failure.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['server', 'google-simulator', 'client', 'bench'].map(
            (folder) => `${folder}/**/*.test.ts`,
          ),
          exclude: ['**/node_modules/**', ...pure],
          // Only where it has something to do: each file would load it.
          setupFiles: process.env.POSTROOM_TEST_STATEMENTS ? ['server/src/testing/record-statements.ts'] : [],
        },
      },
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
    ],
  },
});
