import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { symmetricEncrypt } from 'better-auth/crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import type { Connection } from '../database/connect.ts';
import { readProcesses, startProcessReports } from '../operations/process-reports.ts';
import { openEmptyDatabase, openTestDatabase } from '../testing/database.ts';
import { backUp } from './backup.ts';
import { forgetSecrets, reseal, rotateSecret } from './secret.ts';

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

const secretsIn = async (directory: string) =>
  (await readFile(path.join(folder, directory, 'secret'), 'utf8')).split('\n');

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
  const key = await run(['backup', 'key'], connection);
  const keyFile = path.join(folder, 'key');
  await writeFile(keyFile, key.output);
  const recipient = /^# public key: (age1\S+)$/m.exec(key.output)![1]!;
  const made = await run(['backup', place], connection, { POSTROOM_BACKUP_RECIPIENT: recipient });
  expect(made).toMatchObject({ code: 0, errors: '' });
  const [name = ''] = await readdir(place);
  expect(made.output.trim().split('\n').at(-1)).toMatch(new RegExp(`${name}$`));
  const backup = path.join(place, name);
  const verified = await run(['backup', 'verify', backup, '--key', keyFile], connection);
  expect(verified).toMatchObject({ code: 0, output: expect.stringMatching(/this key opens it\.\n$/) });

  // On another machine, which has a secret of its own.
  const elsewhere = { POSTROOM_DATA_DIR: path.join(folder, 'elsewhere') };
  const restored = await run(['restore', backup, '--key', keyFile], empty.connection, elsewhere);
  expect(restored).toMatchObject({ code: 0, output: expect.stringMatching(/This copy is paused/) });
  const [first, ...others] = await secretsIn('elsewhere');
  expect([first]).toEqual(await secretsIn('data'));
  expect(others.length).toBe(1);
  const doctor = await run(['doctor'], empty.connection, elsewhere);
  expect(doctor.code).toBe(1);
  expect(doctor.output).toMatch(
    /^!! {2}This is a copy restored .*\n {6}Once .* npm run postroom -- resume$/m,
  );
  expect((await run(['resume'], empty.connection, elsewhere)).output).toMatch(/^Resumed/);
}, 240_000);

test('without a key for backups it says how to create one', async () => {
  const config = {
    files: { s3: null },
    backupRecipient: null,
    secrets: ['x'] as [string],
    secretsInDataDirectory: true,
  };
  const { connection } = original;
  await expect(backUp(config, { connection, place: folder, version: '0' }, () => {})).rejects.toThrow(
    'npm run --silent postroom -- backup key > postroom-backup.key',
  );
});

test('a secret is rotated, and the former one is forgotten once nothing needs it', async () => {
  const env = { POSTROOM_DATA_DIR: path.join(folder, 'rotated') };
  const [former] = (await readConfig(env)).secrets;
  await rotateSecret(await readConfig(env), () => {});
  const config = await readConfig(env);
  expect(config.secrets).toEqual([expect.any(String), former]);
  const { pool } = original.deployment;
  const users = `insert into users (id, name, email, email_verified, updated_at)
    values (gen_random_uuid(), 'Ana', 'ana@acme.example', true, now()) returning id`;
  const data = await symmetricEncrypt({ key: former, data: 'of the app' });
  await pool.query(
    `insert into two_factor (id, user_id, secret, backup_codes, verified) values (gen_random_uuid(), $1, $2, $2, true)`,
    [(await pool.query(users)).rows[0].id, data],
  );
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  // One that runs with the former secret would take what it cannot open for lost, and seals with that one itself.
  const reports = startProcessReports(original.deployment, { ...config, secrets: [former] });
  await expect.poll(async () => (await readProcesses(original.deployment)).length).toBe(1);
  expect(await reseal(config, original.deployment, print)).toBe(false);
  expect(await forgetSecrets(config, original.deployment, print)).toBe(false);
  const runs = expect.stringMatching(/^1 running process does not know the current secret: start every/);
  expect(lines.splice(0)).toEqual([runs, runs]);
  await reports.close();
  expect(await forgetSecrets(config, original.deployment, print)).toBe(false);
  expect(await reseal(config, original.deployment, print)).toBe(true);
  expect(await forgetSecrets(config, original.deployment, print)).toBe(true);
  expect(await forgetSecrets(await readConfig(env), original.deployment, print)).toBe(true);
  expect(lines).toEqual([
    '2 values are still sealed with a former secret: npm run postroom -- secret reseal',
    '2 values were sealed with the current secret.',
    'The former secrets were removed.',
    'There is no former secret.',
  ]);
  expect((await readConfig(env)).secrets).toEqual([config.secrets[0]]);
  const given = await readConfig({
    ...env,
    POSTROOM_SECRET: 'x'.repeat(32),
    POSTROOM_SECRET_PREVIOUS: `${'y'.repeat(32)}, ${'z'.repeat(32)}`,
  });
  expect(given.secrets).toEqual(['x', 'y', 'z'].map((letter) => letter.repeat(32)));
  await expect(rotateSecret(given, print)).rejects.toThrow(/POSTROOM_SECRET_PREVIOUS/);
});
