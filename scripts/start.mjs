import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildWeb, exitWithError, home, install, print } from './setup.mjs';
import { startServer } from './start-server.mjs';
import { startOrFindSimulator } from './start-simulator.mjs';
import { stopWithNpm } from './stop-with-npm.mjs';

// `npm start`: installs and builds, starts the simulated Google unless a Google client is configured, starts
// Postroom, and restarts it when it crashes, until Ctrl-C, SIGTERM, or the end of npm. In package.json, `exec` lets
// npm's signals reach this script: its shell would keep them. Windows has no `exec` and runs what follows it.

const began = Date.now();
if (existsSync(path.join(home, '.env'))) process.loadEnvFile(path.join(home, '.env'));
const dataDirectory = path.resolve(home, process.env.POSTROOM_DATA_DIR ?? 'data');
install();
buildWeb();
try {
  mkdirSync(dataDirectory, { recursive: true });
} catch (error) {
  exitWithError(
    `Postroom cannot write to its data directory ${dataDirectory}: ${error.message}\n` +
      '  Give this user the right to write there, or set POSTROOM_DATA_DIR to another directory.',
  );
}

const usesSimulator = !process.env.GOOGLE_CLIENT_ID && process.env.NODE_ENV !== 'production';
const google = usesSimulator
  ? await startOrFindSimulator(path.join(dataDirectory, 'google-simulator'))
  : null;
const server = startServer({ dataDirectory, google });

let stopping = false;
async function stop(code) {
  if (stopping) return;
  stopping = true;
  await server.stop();
  await google?.stop();
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
process.on('SIGHUP', () => void stop(0));
stopWithNpm(() => void stop(0));

const outcome = await server.ready;
if (outcome.kind === 'failed') {
  // Another Postroom with this data directory uses the simulator too: it keeps running.
  if (outcome.alreadyRunning) process.exit(1);
  await stop(1);
}
print(`\nPostroom is ready: ${outcome.url}   (${((Date.now() - began) / 1000).toFixed(1)} s)`);
if (google) {
  const demoFile = path.join(dataDirectory, 'demo.json');
  print('\nNo Google client is configured, so the simulated Google is used. Sign in as');
  // A restored copy has none: whoever restored it knows the passwords of the original.
  if (!existsSync(demoFile))
    print('  admin@acme.example or john@acme.example, with the passwords of the original');
  const users = existsSync(demoFile) ? JSON.parse(readFileSync(demoFile, 'utf8')) : {};
  for (const [role, { email, password }] of Object.entries(users)) {
    print(`  ${role.padEnd(6)} ${email.padEnd(22)} password ${password}`);
  }
  print(`Write as a customer in the practice webmail: ${google.url}/mail`);
}
print('\nCtrl-C stops it.');
server.onFailedForGood(() => void stop(1));
