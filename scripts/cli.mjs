#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

// The command `postroom` of the npm package: `postroom` or `postroom start` starts it, and `postroom COMMAND` runs a
// command as `npm run postroom -- COMMAND` does in a checkout. The package brings the Node it is made for.

// What texts call this command, where they name one (server/src/command-line.ts).
process.env.POSTROOM_COMMAND ??= process.argv[1];

const needed = 24;
const [command = 'start', ...rest] = process.argv.slice(2);
const isCurrent = Number(process.versions.node.split('.')[0]) >= needed;
if (!isCurrent) await runOnPackagedNode();
else if (command === 'start') await import('./start.mjs');
else await import('./postroom.mjs');

/** Runs this script on the npm package `node`, and passes signals on to it. */
async function runOnPackagedNode() {
  const node = path.join(
    path.dirname(createRequire(import.meta.url).resolve('node/package.json')),
    'bin',
    'node',
  );
  const child = spawn(node, [import.meta.filename, command, ...rest], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
