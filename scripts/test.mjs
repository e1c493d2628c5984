import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildWeb, environment, exitWithError, install, print, root, run } from './setup.mjs';

// `npm test`: sets everything up, then runs every check and all tests. What cannot be set up fails.

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const postgres15 = '/usr/lib/postgresql/15/bin/postgres';

install();
installDebianPackage(chromium, 'chromium', 'The browser tests need Chromium.');
installDebianPackage(postgres15, 'postgresql-15', 'The tests also run on Postgres 15, the oldest supported.');
buildWeb();

const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const vitest = (...args) => [bin('vitest'), ['run', ...args]];
const packages = ['server/src', 'web/src', 'google-simulator/src', 'locales'];
const sources = [...packages, 'bench', 'corpora', 'e2e', 'scripts', 'torture'];
const depcruise = (config) => [bin('depcruise'), ['--config', config, ...sources]];
const steps = [
  ['Formatting and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['Types', bin('tsc'), ['-p', '.']],
  ['Types of the web', bin('tsc'), ['-p', 'web']],
  ['Dead code', bin('knip'), []],
  ['Imports between files', ...depcruise('.dependency-cruiser.cjs')],
  ['Imports between folders', ...depcruise('.dependency-cruiser-folders.cjs')],
  ['Unit and integration tests', ...vitest()],
  [
    'The database on Postgres 15',
    ...vitest('server/src/database', 'server/src/events', 'server/src/inbound'),
    { POSTROOM_TEST_POSTGRES: '15' },
  ],
  ['A short torture run', ...vitest('--config', 'torture/vitest.config.ts')],
  ['Browser tests', ...vitest('--config', 'e2e/vitest.config.ts')],
];

let passed = 0;
let failed = 0;
const broken = [];
for (const [title, command, args, env] of steps) {
  print(`\n── ${title}`);
  const began = Date.now();
  const { status, said } = await runStreaming(command, args, env);
  // vitest's closing line: "Tests  2 failed | 120 passed (122)"
  const counts = /^\s*Tests\s+(.*)$/m.exec(stripVTControlCharacters(said))?.[1] ?? '';
  passed += Number(/(\d+) passed/.exec(counts)?.[1] ?? 0);
  failed += Number(/(\d+) failed/.exec(counts)?.[1] ?? 0);
  if (status !== 0) broken.push(title);
  print(`── ${title}: ${status === 0 ? 'well' : 'FAILED'}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

if (broken.length > 0) print(`\nFailed: ${broken.join(', ')}`);
print(`\n${passed} passed, ${Math.max(failed, broken.length > 0 ? 1 : 0)} failed`);
process.exitCode = broken.length > 0 ? 1 : 0;

/** Runs a step, showing what it says as it says it. */
function runStreaming(command, args, env) {
  const child = spawn(command, args, {
    cwd: root,
    env: environment({ NO_COLOR: '1', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding('utf8').on('data', (text) => {
      said += text;
      to.write(text);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 1, said: String(error) }));
    child.on('close', (status) => resolve({ status, said }));
  });
}

/** Installs a program from Debian's packages where that is allowed; else says what to type. */
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
