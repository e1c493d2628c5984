import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildWeb, environment, giveUp, install, root, run, say } from './set-up.mjs';

// `npm test`: sets everything up, then runs every check and all tests. What cannot be set up fails.

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const postgres15 = '/usr/lib/postgresql/15/bin/postgres';

install();
setUpDebian(chromium, 'chromium', 'The browser tests need Chromium.');
setUpDebian(postgres15, 'postgresql-15', 'The tests also run on Postgres 15, the oldest supported.');
buildWeb();

const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const vitest = (...args) => [bin('vitest'), ['run', ...args]];
const steps = [
  ['Formatting and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['Types', bin('tsc'), ['-p', '.']],
  ['Types of the web', bin('tsc'), ['-p', 'web']],
  ['Dead code', bin('knip'), []],
  [
    'One-way imports',
    bin('depcruise'),
    ['--config', '.dependency-cruiser.cjs', 'server/src', 'web/src', 'google-simulator/src'],
  ],
  ['Unit and integration tests', ...vitest()],
  [
    'The database on Postgres 15',
    ...vitest('server/src/database', 'server/src/events', 'server/src/inbound'),
    { POSTROOM_TEST_POSTGRES: '15' },
  ],
  ['Browser tests', ...vitest('--config', 'e2e/vitest.config.ts')],
];

let passed = 0;
let failed = 0;
const broken = [];
for (const [title, command, args, env] of steps) {
  say(`\n── ${title}`);
  const began = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: environment({ FORCE_COLOR: '0', ...env }),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const said = `${stdout}${stderr}`.trim();
  if (said) say(said);
  // vitest's closing line: "Tests  2 failed | 120 passed (122)"
  const counts = /^\s*Tests\s+(.*)$/m.exec(said)?.[1] ?? '';
  passed += Number(/(\d+) passed/.exec(counts)?.[1] ?? 0);
  failed += Number(/(\d+) failed/.exec(counts)?.[1] ?? 0);
  if (status !== 0) broken.push(title);
  say(`── ${title}: ${status === 0 ? 'well' : 'FAILED'}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

if (broken.length > 0) say(`\nFailed: ${broken.join(', ')}`);
say(`\n${passed} passed, ${Math.max(failed, broken.length > 0 ? 1 : 0)} failed`);
process.exitCode = broken.length > 0 ? 1 : 0;

/** Installs a program from Debian's packages where that is allowed; else says what to type. */
function setUpDebian(file, packageName, why) {
  if (existsSync(file)) return;
  const line = `apt-get install -y --no-install-recommends ${packageName}`;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say(`Installing ${packageName} …`);
    const env = environment({ DEBIAN_FRONTEND: 'noninteractive' });
    run('apt-get', ['update', '-qq'], { quiet: true, env });
    run('apt-get', line.split(' ').slice(1), { quiet: true, env });
  }
  if (!existsSync(file)) giveUp(`${why} Type:\n  sudo ${line}\nand run npm test again.`);
}
