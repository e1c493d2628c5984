import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { environment, home, install, node, root } from './setup.mjs';
import { simulatorEnvironment } from './start-server.mjs';

// `npm run postroom -- COMMAND`: runs a command with the configuration and the database of the server.

if (existsSync(path.join(home, '.env'))) process.loadEnvFile(path.join(home, '.env'));
const dataDirectory = path.resolve(home, process.env.POSTROOM_DATA_DIR ?? 'data');
install();
const running = path.join(dataDirectory, 'google-simulator', 'running.json');
const usesSimulator = !process.env.GOOGLE_CLIENT_ID && existsSync(running);
const env = environment({
  POSTROOM_DATA_DIR: dataDirectory,
  ...(usesSimulator &&
    simulatorEnvironment(JSON.parse(readFileSync(running, 'utf8')).url, path.dirname(running))),
});
// Ctrl-C reaches the command too: wait for it to stop.
process.on('SIGINT', () => {});
const args = [path.join(root, 'server/src/commands/main.ts'), ...process.argv.slice(2)];
process.exitCode = spawnSync(node, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
