import { spawn } from 'node:child_process';
import path from 'node:path';
import { environment, node, print, root } from './setup.mjs';

/** Milliseconds before a server that exited is restarted; doubles with each failed start. */
const restartDelayMs = 1_000;
const maxAttempts = 5;

/**
 * Starts the Postroom server and restarts it when it exits. `ready` resolves with its URL, or with kind `failed`
 * when the first start failed; the server has printed why.
 */
export function startServer({ dataDirectory, google }) {
  const env = environment({
    POSTROOM_DATA_DIR: dataDirectory,
    POSTROOM_LOG_LEVEL: process.env.POSTROOM_LOG_LEVEL ?? 'warn',
    ...(google && simulatorEnvironment(google.url, google.stateDirectory)),
  });
  let child = null;
  let stopping = false;
  let failures = 0;
  let onFailedForGood = () => {};
  let ended = Promise.resolve();

  const launch = () => {
    let output = '';
    let isReady = false;
    child = spawn(node, [path.join(root, 'server/src/main.ts')], {
      cwd: root,
      env,
      // The server stops when the channel closes (server/src/main.ts), so also when this script is killed.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // In its own process group: Ctrl-C reaches only this script, which stops the server and the simulator.
      detached: true,
    });
    ended = new Promise((resolve) => child.on('exit', resolve));
    const ready = new Promise((resolve) => {
      const forwardOutput = (stream, out) =>
        stream.on('data', (chunk) => {
          output += chunk;
          const url = /^Postroom is ready at (\S+)$/m.exec(output)?.[1];
          if (url && !isReady) {
            isReady = true;
            failures = 0;
            resolve({ kind: 'ready', url });
          }
          const text = String(chunk).replace(/^Postroom is ready at \S+\n/m, '');
          if (text) out.write(text);
        });
      forwardOutput(child.stdout, process.stdout);
      forwardOutput(child.stderr, process.stderr);
      child.on('exit', (code, signal) => {
        if (stopping) return;
        if (!isReady && failures === 0) {
          resolve({ kind: 'failed', alreadyRunning: /Another Postroom is running/.test(output) });
          return;
        }
        if (!isReady) failures += 1;
        if (failures >= maxAttempts) {
          print('Postroom could not be restarted, for the reason above.');
          onFailedForGood();
          return;
        }
        failures = Math.max(failures, 1);
        const wait = restartDelayMs * 2 ** (failures - 1);
        print(`Postroom ended (${signal ?? `status ${code}`}); restarting in ${wait / 1000} s.`);
        setTimeout(() => {
          if (stopping) return;
          void launch().then((outcome) => {
            if (outcome.kind === 'ready') print(`Postroom is ready again: ${outcome.url}`);
          });
        }, wait);
      });
    });
    return ready;
  };

  return {
    ready: launch(),
    onFailedForGood(callback) {
      onFailedForGood = callback;
    },
    async stop() {
      stopping = true;
      if (child?.exitCode === null && child.signalCode === null) {
        // Windows has no signals: `kill` would end the server without stopping its database.
        if (process.platform === 'win32') child.disconnect();
        else child.kill('SIGTERM');
      }
      await ended;
    },
  };
}

/** The server's configuration for the simulated Google at `url`. */
export function simulatorEnvironment(url, stateDirectory) {
  return {
    POSTROOM_DEMO: 'true',
    GOOGLE_CLIENT_ID: 'postroom-simulated-client',
    GOOGLE_CLIENT_SECRET: 'postroom-simulated-secret',
    GOOGLE_ISSUER: url,
    GOOGLE_AUTHORIZATION_URL: `${url}/o/oauth2/v2/auth`,
    GOOGLE_TOKEN_URL: `${url}/token`,
    GOOGLE_REVOKE_URL: `${url}/revoke`,
    GOOGLE_JWKS_URL: `${url}/oauth2/v3/certs`,
    GOOGLE_GMAIL_ROOT_URL: `${url}/`,
    GOOGLE_PUBSUB_ROOT_URL: `${url}/`,
    GOOGLE_PUBSUB_TOPIC: 'projects/postroom-simulated/topics/gmail',
    GOOGLE_RISC_CONFIGURATION_URL: `${url}/.well-known/risc-configuration`,
    GOOGLE_RISC_ROOT_URL: `${url}/`,
    GOOGLE_RISC_CREDENTIALS: path.join(stateDirectory, 'service-account.json'),
    GOOGLE_SIMULATOR_WEBMAIL_URL: `${url}/mail`,
  };
}
