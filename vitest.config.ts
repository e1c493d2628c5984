import { defineConfig } from 'vitest/config';
import { messages } from './web/messages-plugin.ts';

/** Tests of functions without a database, a server or state of their modules: their files share a process. */
const pure = ['locales/**/*.test.ts', 'server/src/mail/**/*.test.ts', 'web/**/*.test.ts'];

/**
 * Folders whose modules keep no state of a database. Their test files, each with a database of its own, share a process:
 * each would load the server again, and start again the threads that read mail.
 */
const shared = [
  ...['audit', 'bulk', 'conversations', 'customers', 'drafts', 'events', 'files', 'http', 'identities'],
  ...['inbound', 'instances', 'mailboxes', 'notifications', 'outbound', 'redaction', 'reports', 'search'],
  ...['templates', 'webhooks'],
];
/** Of these folders, the tests that change or measure what belongs to the process: its clock, timeouts, memory, output. */
const changeProcess = [
  'http/routes/account/sign-in',
  'inbound/parse/hostile-input',
  'inbound/parse/parser',
  'instances/sign-in',
  'mailboxes/connection-state',
  'mailboxes/false-alarms',
  'outbound/send/sent-before-start',
].map((file) => `server/src/${file}.test.ts`);

/** Only where it has something to do: each file would load it. */
const setupFiles = process.env.POSTROOM_TEST_STATEMENTS ? ['server/src/testing/record-statements.ts'] : [];

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
          include: [
            'server/src/*.test.ts',
            `server/src/!(mail|${shared.join('|')})/**/*.test.ts`,
            ...changeProcess,
            ...['google-simulator', 'client', 'bench'].map((folder) => `${folder}/**/*.test.ts`),
          ],
          setupFiles,
        },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          include: shared.map((folder) => `server/src/${folder}/**/*.test.ts`),
          exclude: changeProcess,
          isolate: false,
          setupFiles,
        },
      },
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
    ],
  },
});
