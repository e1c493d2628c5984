import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import type { Connection } from '../database/connect.ts';

const admin = { email: 'root@acme.example', password: 'a password for the tests' };
/** The simulated Google leads back to localhost only. */
const url = 'http://localhost:4400';

export type WebProcess = Awaited<ReturnType<typeof startWebProcess>>;

/** What a process of the role `web` runs, with a first admin. `env`: further variables of its configuration. */
export async function startWebProcess(connection: Connection, env: Record<string, string> = {}) {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-web-'));
  const config = await readConfig({
    POSTROOM_ROLE: 'web',
    POSTROOM_DATA_DIR: directory,
    POSTROOM_URL: url,
    POSTROOM_SECRET: 'the secret of several processes, long enough',
    PORT: '0',
    POSTROOM_ADMIN_EMAIL: admin.email,
    POSTROOM_ADMIN_PASSWORD: admin.password,
    ...env,
  });
  const app = await createApp(config, connection, pino({ level: 'silent' }));
  return {
    address: app.address!,
    async stop(options?: { drain: boolean }): Promise<void> {
      await app.stop(options);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Signs the first admin in: the headers of the session, and the path of the instance. */
export async function signInFirstAdmin(address: string) {
  const signedIn = await fetch(`${address}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(admin),
  });
  const cookies = signedIn.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const headers = { cookie: cookies.join('; '), origin: url };
  const me = (await (await fetch(`${address}/api/me`, { headers })).json()) as {
    instances: Array<{ id: string }>;
  };
  return { headers, instancePath: `/api/instances/${me.instances[0]!.id}` };
}

/** Reads a live stream until it ends; calls `onEvent` with each number. */
export async function readLiveStream(
  where: string,
  { headers, signal }: { headers: Record<string, string>; signal: AbortSignal },
  onEvent: (seq: number) => void,
): Promise<void> {
  const stream = await fetch(where, { headers, signal });
  let text = '';
  for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const seq = /^id: (\d+)\nevent: message$/m.exec(block)?.[1];
      if (seq) onEvent(Number(seq));
    }
  }
}
