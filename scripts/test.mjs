import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runSteps } from './run-steps.mjs';
import { buildWeb, environment, exitWithError, install, print, run } from './setup.mjs';

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
  'inbound/sync/look-loop',
  'inbound/sync/sync-mailbox',
  'outbound/bulk/bulk-slice',
  'outbound/send/deliver',
  'queue/queue',
].map((name) => `server/src/${name}.test.ts`);

/** On the oldest Postgres too: the migrations, what is set up around them, and receiving from end to end. */
const testsOnPostgres15 = [
  'server/src/database/',
  'server/src/events/',
  ...['sync/follow-gmail', 'sync/sync-mailbox', 'decide/threading'].map(
    (name) => `server/src/inbound/${name}.test.ts`,
  ),
];
/** The tests leave the texts of their statements here, of which each is then planned by the oldest Postgres. */
const statements = mkdtempSync(path.join(tmpdir(), 'postroom-statements-'));
process.on('exit', () => rmSync(statements, { recursive: true, force: true }));

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
    ['Unit and integration tests', 'test:unit', [], { POSTROOM_TEST_STATEMENTS: statements }],
    ['A short torture run', 'test:torture'],
    ['The database on Postgres 15', 'test:unit', testsOnPostgres15, { POSTROOM_TEST_POSTGRES: '15' }],
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
  [
    'All statements of the tests on Postgres 15',
    'test:unit',
    ['server/src/database/older-statements.test.ts'],
    { POSTROOM_TESTED_STATEMENTS: statements },
  ],
  ['Browser tests', 'test:e2e'],
]);

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
