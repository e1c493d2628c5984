import { parseArgs } from 'node:util';
import { StartupError, startSimulator } from './server.ts';
import { StateInUse, StateUnusable } from './store.ts';

const usage =
  'Usage: node src/main.ts [--port 4401] [--host 127.0.0.1] [--state ./google-simulator-state] [--seed demo|none]';

/** `npm start` takes the next port then: no other port is known to be free until something listens on it. */
const exitCodePortTaken = 3;

try {
  const running = await startSimulator(readOptions());
  console.log(`Simulated Google listening on ${running.url}`);
  const stop = () => running.stop().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // Started with a channel, it ends with its parent.
  process.once('disconnect', stop);
} catch (error) {
  console.error(describeStartupError(error));
  process.exit((error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? exitCodePortTaken : 1);
}

function readOptions() {
  const env = process.env;
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: env.GOOGLE_SIMULATOR_PORT ?? '4401' },
      host: { type: 'string', default: env.GOOGLE_SIMULATOR_HOST ?? '127.0.0.1' },
      state: { type: 'string', default: env.GOOGLE_SIMULATOR_STATE ?? './google-simulator-state' },
      seed: { type: 'string', default: env.GOOGLE_SIMULATOR_SEED ?? 'demo' },
    },
  });
  const { port, host, state, seed } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new StartupError(`The port must be a number from 0 to 65535, not "${port}".`);
  }
  if (seed !== 'demo' && seed !== 'none') throw new StartupError(`The seed is demo or none, not "${seed}".`);
  return { port: Number(port), host, stateDirectory: state, seed } as const;
}

function describeStartupError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ([StartupError, StateInUse, StateUnusable].some((known) => error instanceof known)) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${error.message}\n${usage}`;
  if (code === 'EADDRINUSE')
    return `Another program already listens there (${error.message}). Give --port another.`;
  return error.message;
}
