import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, createApp } from './app.ts';
import { createBackupKey, decryptWith, encryptTo } from './backup/encryption.ts';
import { readPause, resume } from './backup/pause.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { folderStore } from './backup/store.ts';
import { writeBackup } from './backup/write-backup.ts';
import { readConfig } from './config.ts';
import { connect } from './database/connect.ts';
import { composeReply } from './outbound/compose/compose.ts';
import { openEmptyDatabase } from './testing/database.ts';
import { createMailFlowFixture } from './testing/mail-flow-fixture.ts';
import { watchOutgoingRequests } from './testing/outgoing-requests.ts';

/** A copy of a Postroom that was sending when the backup was made, beside its original. */
const secret = 'a secret for testing, long enough';
let original: Awaited<ReturnType<typeof createMailFlowFixture>>;
let empty: Awaited<ReturnType<typeof openEmptyDatabase>>;
let requests: ReturnType<typeof watchOutgoingRequests>;
let directory: string;
let copy: App | null = null;

beforeAll(async () => {
  original = await createMailFlowFixture();
  empty = await openEmptyDatabase();
  requests = watchOutgoingRequests(original.google.url);
  directory = await mkdtemp(path.join(tmpdir(), 'postroom-paused-'));
});
afterAll(async () => {
  requests?.stop();
  await copy?.stop();
  await empty?.close();
  await original?.close();
  await rm(directory, { recursive: true, force: true });
});

async function write(conversationId: string, subject: string): Promise<string> {
  const { mailboxId, admin } = original;
  const id = uuid();
  const author = { id: admin.actor.id, name: 'Alex', email: 'alex@acme.example' };
  const reply = { id, conversationId, mailboxId, to: ['ana@far.example'], cc: [], bcc: [], author };
  await original.read((tx) =>
    composeReply(tx, { ...reply, html: `<p>${subject}</p>`, now: new Date() }, original.enqueue),
  );
  return id;
}

/** The subjects of all that Gmail was asked to send, each time it was. */
const accepted = () =>
  original
    .ledger()
    .flatMap(({ kind, subject }) => (kind === 'accepted' ? [subject] : []))
    .sort();

async function startCopy(): Promise<App> {
  const config = await readConfig({
    PORT: '0',
    POSTROOM_DATA_DIR: directory,
    POSTROOM_SECRET: secret,
    ...original.google.settings,
    GOOGLE_PUBSUB_TOPIC: 'projects/test/topics/gmail',
  });
  return createApp(config, empty.connection, pino({ level: 'silent' }));
}

test('a restored copy asks Google for nothing until it is resumed; then nothing is lost or sent twice', async () => {
  for (const Subject of ['One', 'Three', 'Two', 'Zzz']) {
    original.arrive({ Subject, From: `${Subject} <${Subject}@far.example>` });
  }
  await original.sync();
  const conversations = await original.read((tx) =>
    tx.sql.selectFrom('conversation').select(['id', 'subject']).orderBy('subject').execute(),
  );
  const [one, three, two, snoozed] = conversations.map(({ id }) => id) as [string, string, string, string];
  const pool = original.needs.deployment.pool;
  await pool.query(`update conversation set status = 'snoozed', snoozed_until = now() where id = $1`, [
    snoozed,
  ]);
  // Sent before the backup, sent by the original after it, and never sent by the original.
  await original.deliver(await write(one, 'one'));
  const second = await write(two, 'two');
  await write(three, 'three');
  const deleted = await original.connect(original.admin, 'sales@acme.example');
  await pool.query(`update mailbox set deleted_at = now() where id = $1`, [deleted]);
  await pool.query(`insert into notification (instance_id, id, user_id, kind, data, mail_due_at)
    select instance_id, gen_random_uuid(), user_id, 'mailbox.connected', '{}', now() from membership limit 1`);

  const key = await createBackupKey();
  const store = folderStore(path.join(directory, 'backup'));
  await writeBackup(
    { connection: original.needs.deployment.connection, store, encrypt: encryptTo(key.recipient) },
    { version: '0', secret, storesSecret: false },
    () => {},
  );
  await original.deliver(second);
  expect(accepted()).toEqual(['Re: One', 'Re: Two']);
  original.arrive({ Subject: 'After the backup' });

  await restoreBackup({ connection: empty.connection, store, decrypt: decryptWith(key.identity) }, () => {});
  requests.sent.length = 0;
  copy = await startCopy();
  const startedAt = performance.now();
  const restored = connect(empty.connection, { max: 2 });
  // Each loop has run: those of the queue, and the slowest recurring ones, every five seconds.
  await restored.pool.query(`insert into pgboss.job (name, data) values ('sync', $1)`, [
    { instanceId: original.instanceId, mailboxId: original.mailboxId },
  ]);
  const waiting = async () =>
    (await restored.pool.query(`select from pgboss.job where name = 'sync' and state = 'created'`)).rowCount;
  await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
  await expect.poll(() => performance.now() - startedAt > 6_000, { timeout: 10_000 }).toBe(true);
  expect(requests.sent).toEqual([]);

  expect(await resume(restored, null)).toBe(true);
  expect(await resume(restored, null)).toBe(false);
  const subjects = async () =>
    (await restored.pool.query('select subject from message where direction = $1', ['inbound'])).rows.map(
      ({ subject }) => subject,
    );
  await expect.poll(subjects, { timeout: 20_000 }).toContain('After the backup');
  const states = async () =>
    (await restored.pool.query('select distinct state from delivery')).rows.map(({ state }) => state);
  await expect.poll(states, { timeout: 40_000 }).toEqual(['sent']);
  expect(accepted()).toEqual(['Re: One', 'Re: Three', 'Re: Two']);
  expect(requests.sent.length).toBeGreaterThan(0);
  const stillSnoozed = async () =>
    (await restored.pool.query(`select from conversation where status = 'snoozed'`)).rowCount;
  await restored.pool.query(
    `update conversation set snoozed_until = now() - interval '1 minute' where status = 'snoozed'`,
  );
  await expect.poll(stillSnoozed, { timeout: 20_000 }).toBe(0);
  expect(await readPause(restored)).toMatchObject({ resumedBy: null, resumedAt: expect.any(Date) });
  await restored.pool.end();
}, 120_000);
