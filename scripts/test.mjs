import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runSteps } from './run-steps.mjs';
import { buildWeb, environment, exitWithError, install, print, root, run, trackedFiles } from './setup.mjs';

// `npm test`: installs and builds, then runs every check and all tests. A failed setup is a failure.

const postgres15 = '/usr/lib/postgresql/15/bin/postgres';
const pgbouncer = '/usr/sbin/pgbouncer';

install();
installDebianPackage(
  process.env.CHROMIUM ?? '/usr/bin/chromium',
  'chromium',
  'The browser tests need Chromium.',
);
if (!process.env.CHROMIUM) {
  const faster = '/usr/bin/chromium-headless-shell';
  installDebianPackage(faster, 'chromium-headless-shell', 'The browser tests take longer without it.', false);
}
installDebianPackage(postgres15, 'postgresql-15', 'The tests also run on Postgres 15, the oldest supported.');
installDebianPackage(pgbouncer, 'pgbouncer', 'The tests do not run through PgBouncer without it.', false);
buildWeb();

/** What differs through a pooler: locks, listening, prepared statements, transactions one after the other. */
const pooledTests = [
  'database/instance-transaction',
  'events/events',
  'inbound/look-loop',
  'inbound/sync-mailbox',
  'outbound/bulk-slice',
  'outbound/deliver',
  'queue/queue',
].map((name) => `server/src/${name}.test.ts`);

await runSteps([
  // The longest first, so that both processors are busy to the end.
  [
    ['Types of the server and the tests', 'types:server'],
    ['Types of the web page', 'types:web'],
    ['Imports', 'check:imports'],
    ['Regular expressions', 'check:regexps'],
    ['Formatting and lint', 'check:format'],
    ['Terms', 'check:terms'],
    ['Dead code', 'check:dead-code'],
    ['Documents', 'check:docs'],
  ],
  // Torture mostly waits for what it has killed.
  [
    ['Unit and integration tests', 'test:unit'],
    ['A short torture run', 'test:torture'],
    ['The database on Postgres 15', 'test:unit', databaseTests(), { POSTROOM_TEST_POSTGRES: '15' }],
    ...(existsSync(pgbouncer)
      ? [
          [
            'Receiving and sending through PgBouncer',
            'test:unit',
            pooledTests,
            { POSTROOM_TEST_POOLER: 'yes' },
          ],
        ]
      : []),
  ],
  ['Browser tests', 'test:e2e'],
]);

/** The test files of the folders closest to the database, without those that open none. */
function databaseTests() {
  const opensDatabase = /inject\('postgres'\)|testing\/[a-z-]*(database|fixture)/;
  return trackedFiles().filter(
    (file) =>
      /^server\/src\/(database|events|inbound)\/.*\.test\.ts$/.test(file) &&
      (file.includes('/database/') || opensDatabase.test(readFileSync(path.join(root, file), 'utf8'))),
  );
}

/** Installs a Debian package if this process may; otherwise prints the command to type, and ends if it is required. */
function installDebianPackage(file, packageName, why, required = true) {
  if (existsSync(file)) return;
  const line = `apt-get install -y --no-install-recommends ${packageName}`;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    print(`Installing ${packageName} …`);
    const env = environment({ DEBIAN_FRONTEND: 'noninteractive' });
    run('apt-get', ['update', '-qq'], { quiet: true, env });
    run('apt-get', line.split(' ').slice(1), { quiet: true, env });
  }
  if (existsSync(file)) return;
  if (required) exitWithError(`${why} Type:\n  sudo ${line}\nand run npm test again.`);
  print(`${packageName} is not installed. ${why} To install it, type:\n  sudo ${line}`);
}
