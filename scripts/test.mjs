import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { buildWeb, environment, exitWithError, install, print, root, run } from './setup.mjs';

// `npm test`: installs and builds, then runs every check and all tests. A failed setup is a failure.

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const postgres15 = '/usr/lib/postgresql/15/bin/postgres';

install();
installDebianPackage(chromium, 'chromium', 'The browser tests need Chromium.');
installDebianPackage(postgres15, 'postgresql-15', 'The tests also run on Postgres 15, the oldest supported.');
buildWeb();

/** Title, npm script, further arguments and environment variables of each step. */
const steps = [
  ['Formatting and lint', 'check:format'],
  ['Types', 'types'],
  ['Dead code', 'check:dead-code'],
  ['Imports', 'check:imports'],
  ['Terms', 'check:terms'],
  ['Documents', 'check:docs'],
  ['Unit and integration tests', 'test:unit'],
  [
    'The database on Postgres 15',
    'test:unit',
    ['server/src/database', 'server/src/events', 'server/src/inbound'],
    { POSTROOM_TEST_POSTGRES: '15' },
  ],
  ['A short torture run', 'test:torture'],
  ['Browser tests', 'test:e2e'],
];

let passed = 0;
let failed = 0;
const failedSteps = [];
for (const [title, script, args = [], env = {}] of steps) {
  print(`\n── ${title}`);
  const began = Date.now();
  const { status, output } = await runStreaming('npm', ['run', '--silent', script, '--', ...args], env);
  // vitest's last line: "Tests  2 failed | 120 passed (122)"
  const counts = /^\s*Tests\s+(.*)$/m.exec(stripVTControlCharacters(output))?.[1] ?? '';
  passed += Number(/(\d+) passed/.exec(counts)?.[1] ?? 0);
  failed += Number(/(\d+) failed/.exec(counts)?.[1] ?? 0);
  if (status !== 0) failedSteps.push(title);
  const result = status === 0 ? 'passed' : 'FAILED';
  print(`── ${title}: ${result}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

if (failedSteps.length > 0) print(`\nFailed: ${failedSteps.join(', ')}`);
print(`\n${passed} passed, ${Math.max(failed, failedSteps.length > 0 ? 1 : 0)} failed`);
process.exitCode = failedSteps.length > 0 ? 1 : 0;

/** Runs a step and prints its output as it arrives. */
function runStreaming(command, args, env) {
  const child = spawn(command, args, {
    cwd: root,
    env: environment({ NO_COLOR: '1', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding('utf8').on('data', (text) => {
      output += text;
      to.write(text);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 1, output: String(error) }));
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** Installs a Debian package if this process may; otherwise prints the command to type. */
function installDebianPackage(file, packageName, why) {
  if (existsSync(file)) return;
  const line = `apt-get install -y --no-install-recommends ${packageName}`;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    print(`Installing ${packageName} …`);
    const env = environment({ DEBIAN_FRONTEND: 'noninteractive' });
    run('apt-get', ['update', '-qq'], { quiet: true, env });
    run('apt-get', line.split(' ').slice(1), { quiet: true, env });
  }
  if (!existsSync(file)) exitWithError(`${why} Type:\n  sudo ${line}\nand run npm test again.`);
}
