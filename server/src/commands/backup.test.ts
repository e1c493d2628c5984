import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../database/connect.ts';
import { openEmptyDatabase, openTestDatabase } from '../testing/database.ts';

/** The commands as an operator types them, each in a process of its own. */
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let original: Awaited<ReturnType<typeof openTestDatabase>>;
let empty: Awaited<ReturnType<typeof openEmptyDatabase>>;
let folder: string;
beforeAll(async () => {
  original = await openTestDatabase();
  empty = await openEmptyDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'postroom-commands-'));
});
afterAll(async () => {
  await original?.close();
  await empty?.close();
  await rm(folder, { recursive: true, force: true });
});

function urlOf({ connectionString, host, user, database }: Connection): string {
  return connectionString ?? `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host!)}`;
}

function run(args: string[], connection: Connection, env: Record<string, string> = {}) {
  return new Promise<{ code: number; output: string; errors: string }>((resolve) => {
    const settings = {
      PATH: process.env.PATH,
      DATABASE_URL: urlOf(connection),
      POSTROOM_DATA_DIR: path.join(folder, 'data'),
      ...env,
    };
    execFile(process.execPath, [main, ...args], { env: settings }, (error, output, errors) =>
      resolve({ code: error ? (error.code as unknown as number) : 0, output, errors }),
    );
  });
}

test('a backup is made, verified, restored elsewhere and resumed', async () => {
  const { connection } = original;
  const place = path.join(folder, 'backups');
  expect(await run(['backup', place], connection)).toMatchObject({
    code: 1,
    errors: expect.stringContaining('npm run --silent postroom -- backup key > postroom-backup.key'),
  });
  const key = await run(['backup', 'key'], connection);
  const keyFile = path.join(folder, 'key');
  await writeFile(keyFile, key.output);
  const recipient = /^# public key: (age1\S+)$/m.exec(key.output)![1]!;
  const made = await run(['backup', place], connection, { POSTROOM_BACKUP_RECIPIENT: recipient });
  expect(made).toMatchObject({ code: 0, errors: '' });
  const [name = ''] = await readdir(place);
  expect(made.output.trim().split('\n').at(-1)).toMatch(new RegExp(`${name}$`));
  const backup = path.join(place, name);

  expect(await run(['backup', 'verify', backup], connection)).toMatchObject({ code: 0 });
  const verified = await run(['backup', 'verify', backup, '--key', keyFile], connection);
  expect(verified).toMatchObject({ code: 0, output: expect.stringMatching(/this key opens it\.\n$/) });

  const restore = ['restore', backup, '--key', keyFile];
  expect(await run(restore, connection)).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^The database is not empty/),
  });
  // On another machine, which has a secret of its own.
  const elsewhere = { POSTROOM_DATA_DIR: path.join(folder, 'elsewhere') };
  const restored = await run(restore, empty.connection, elsewhere);
  expect(restored).toMatchObject({ code: 0, output: expect.stringMatching(/This copy is paused/) });
  const secrets = async (of: string) => (await readFile(path.join(folder, of, 'secret'), 'utf8')).split('\n');
  const [first, ...others] = await secrets('elsewhere');
  expect([first]).toEqual(await secrets('data'));
  expect(others.length).toBe(1);

  const doctor = await run(['doctor'], empty.connection, elsewhere);
  expect(doctor.code).toBe(1);
  expect(doctor.output).toMatch(
    /^!! {2}This is a copy restored .*\n {6}Once .* npm run postroom -- resume$/m,
  );
  expect((await run(['resume'], empty.connection, elsewhere)).output).toMatch(/^Resumed/);
  expect((await run(['secret', 'forget'], empty.connection, elsewhere)).output).toMatch(/were removed/);
  expect(await secrets('elsewhere')).toEqual([first]);
  expect((await run(['secret', 'rotate'], empty.connection, elsewhere)).code).toBe(0);
  expect((await secrets('elsewhere'))[1]).toBe(first);
  expect(await run(['nonsense'], connection)).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/^Usage/),
  });
}, 120_000);
