import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from './testing/database.ts';
import { startTraceReceiver } from './testing/trace-receiver.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Says each module of OpenTelemetry that is loaded; prom-client loads the one without an implementation. */
const sayLoaded = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  const name = /@opentelemetry[/]([^/]+)/.exec(url)?.[1];
  if (name && name !== 'api') console.log('loaded ' + name);
  return next(url, context);
} });`;

const listening = /Server listening at (http:[^"]+)"/;

let database: TestDatabase;
let folder: string;
let receiver: Awaited<ReturnType<typeof startTraceReceiver>>;
beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-traces-'));
  receiver = await startTraceReceiver();
});
afterAll(async () => {
  await receiver?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a web process, asks it something, stops it and returns what it wrote. */
async function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const { host, user, database: name, connectionString } = database.connection;
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(sayLoaded)}`,
      DATABASE_URL:
        connectionString ?? `postgres://${user}@localhost/${name}?host=${encodeURIComponent(host!)}`,
      POSTROOM_ROLE: 'web',
      POSTROOM_DATA_DIR: folder,
      PORT: '0',
      ...env,
    },
  });
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  let output = '';
  await new Promise<void>((resolve) => {
    const onOutput = (chunk: Buffer) => {
      output += chunk;
      // Two lines of two writers, in either order.
      if (/Postroom is ready/.test(output) && listening.test(output)) resolve();
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    void exit.then(() => resolve());
  });
  try {
    const address = listening.exec(output)?.[1];
    if (!address) throw new Error(`The process did not start:\n${output}`);
    const answer = await fetch(`${address}/api/me`);
    await answer.arrayBuffer();
  } finally {
    child.kill('SIGTERM');
  }
  return { code: await exit, output };
}

test('without the variable no package is loaded; with it the process sends its last traces at its end', async () => {
  const without = await run({});
  expect(without.code).toBe(0);
  expect(without.output).not.toContain('loaded ');

  const { code, output } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  expect(code).toBe(0);
  expect(output).toContain('loaded sdk-trace');
  expect(receiver.spans()).toContainEqual(
    expect.objectContaining({ service: 'postroom-web', name: 'GET /api/me' }),
  );
});
