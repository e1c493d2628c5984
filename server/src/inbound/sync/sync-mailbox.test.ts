import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addMessage,
  markSpam,
  messagesWith,
  notSpam,
} from '../../../../google-simulator/src/mail/messages.ts';
import { units } from '../../google/quota.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { openParser } from '../parse/parser.ts';
import { syncMailbox } from './sync-mailbox.ts';

type Fixture = Awaited<ReturnType<typeof createMailFlowFixture>>;
const support = 'support@acme.example';

let fixture: Fixture;
let control: ReturnType<typeof simulatorControls>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
  control = simulatorControls(fixture.google);
});
afterAll(() => fixture?.close());

const messages = (subject: string) =>
  fixture.read((tx) => tx.sql.selectFrom('message').where('subject', '=', subject).selectAll().execute());
const conversations = (subject: string) =>
  fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('subject', '=', subject).selectAll().execute(),
  );
const mailbox = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', fixture.mailboxId).selectAll().executeTakeFirstOrThrow(),
  );
/** Ends the delay after a failure. */
const waitOver = () =>
  fixture.read((tx) => tx.sql.updateTable('mailbox').set({ syncNotBefore: null }).execute());
const newest = () => messagesWith(fixture.google.simulator, support, { limit: 1 })[0]!;

test('a message is stored once, with its raw bytes, by any number of syncs', async () => {
  fixture.arrive({ Subject: 'Once', 'Message-ID': '<once@far.example>' });
  await Promise.all([fixture.sync(), fixture.sync(), fixture.sync()]);
  const { cursor } = await mailbox();
  await fixture.read((tx) => tx.sql.updateTable('mailbox').set({ cursor: '1' }).execute());
  await fixture.sync(); // all of history again, or a full sync
  const message = only(await messages('Once'));
  expect(message).toMatchObject({
    direction: 'inbound',
    origin: 'gmail',
    fromName: 'Ana Silva',
    unreadable: null,
  });
  expect(BigInt((await mailbox()).cursor)).toBeGreaterThanOrEqual(BigInt(cursor));
  const raw = await fixture.read((tx) =>
    tx.sql.selectFrom('rawMessage').where('messageId', '=', message.id).selectAll().executeTakeFirstOrThrow(),
  );
  expect(zstdDecompressSync(raw.zstd).toString()).toContain('Message-ID: <once@far.example>');
  const conversation = only(await conversations('Once'));
  expect(conversation).toMatchObject({ status: 'open', mailboxId: fixture.mailboxId, snippet: 'Hello' });
});

test('a reply joins its conversation and reopens it, whatever its subject', async () => {
  fixture.arrive({ Subject: 'Topic', 'Message-ID': '<topic@far.example>' });
  await fixture.sync();
  const { id } = only(await conversations('Topic'));
  await fixture.read((tx) =>
    tx.sql.updateTable('conversation').set({ status: 'done' }).where('id', '=', id).execute(),
  );
  fixture.arrive({
    Subject: 'Re: Topic',
    'In-Reply-To': '<topic@far.example>',
    'Message-ID': '<re@far.example>',
  });
  // Gmail starts another thread for a changed subject; References still match.
  fixture.arrive({ Subject: 'Something else', References: '<topic@far.example> <re@far.example>' });
  await fixture.sync();
  expect(only(await messages('Re: Topic')).conversationId).toBe(id);
  expect(only(await messages('Something else')).conversationId).toBe(id);
  expect(only(await conversations('Topic')).status).toBe('open');
});

test('mail without a Message-ID, or with a known one, is stored', async () => {
  for (let count = 0; count < 2; count += 1) fixture.arrive({ Subject: 'No id' });
  for (let count = 0; count < 2; count += 1)
    fixture.arrive({ Subject: 'Same id', 'Message-ID': '<same@far.example>' });
  await fixture.sync();
  expect((await messages('No id')).length).toBe(2);
  expect((await messages('Same id')).length).toBe(2);
});

test('a message in two connected mailboxes is stored once', async () => {
  const sales = await fixture.connect(fixture.admin, 'sales@acme.example');
  fixture.arrive({ Subject: 'To both', 'Message-ID': '<both@far.example>' }, 'Hi', [
    support,
    'sales@acme.example',
  ]);
  await Promise.all([fixture.sync(), fixture.sync(sales)]);
  const message = only(await messages('To both'));
  only(await conversations('To both'));
  const copies = await fixture.read((tx) =>
    tx.sql.selectFrom('gmailMessage').where('messageId', '=', message.id).select('mailboxId').execute(),
  );
  expect(new Set(copies.map(({ mailboxId }) => mailboxId))).toEqual(new Set([fixture.mailboxId, sales]));
});

test('spam, trash and drafts are not stored; a message moved out of Spam is', async () => {
  const { simulator } = fixture.google;
  fixture.arrive({ Subject: 'Suspect' });
  markSpam(simulator, support, newest().id);
  addMessage(simulator, support, {
    raw: Buffer.from('To: ana@far.example\r\nSubject: Half written\r\n\r\n'),
    labels: ['DRAFT'],
  });
  await fixture.sync();
  expect(await messages('Suspect')).toEqual([]);
  expect(await messages('Half written')).toEqual([]);
  const suspect = messagesWith(simulator, support, { label: 'SPAM' })[0]!;
  notSpam(simulator, support, suspect.id);
  await fixture.sync();
  only(await messages('Suspect'));
});

test('mail older than the connection is not imported', async () => {
  const { simulator } = fixture.google;
  const raw = (subject: string) => Buffer.from(`From: old@far.example\r\nSubject: ${subject}\r\n\r\nOld\r\n`);
  const lastYear = Date.now() - 365 * 24 * 3_600_000;
  const before = addMessage(simulator, support, {
    raw: raw('Old spam'),
    labels: ['SPAM'],
    internalDate: lastYear,
  });
  addMessage(simulator, support, { raw: raw('Old archive'), labels: ['TRASH'], internalDate: lastYear });
  await fixture.sync();
  notSpam(simulator, support, before.id);
  await fixture.sync();
  await control.expireHistory(support);
  fixture.arrive({ Subject: 'New one' });
  await fixture.sync();
  only(await messages('New one'));
  expect(await messages('Old spam')).toEqual([]);
});

test('after expired history a full sync stores everything once', async () => {
  for (const subject of ['Gap 1', 'Gap 2', 'Gap 3']) fixture.arrive({ Subject: subject });
  await control.expireHistory(support);
  await fixture.sync();
  for (const subject of ['Gap 1', 'Gap 2', 'Gap 3', 'Once']) only(await messages(subject));
  fixture.arrive({ Subject: 'After the gap' });
  await fixture.sync();
  only(await messages('After the gap'));
});

test('mail sent from Gmail itself is outbound and in its conversation', async () => {
  fixture.arrive({ Subject: 'Question', 'Message-ID': '<question@far.example>' });
  await fixture.sync();
  const { threadId } = newest();
  addMessage(fixture.google.simulator, support, {
    raw: Buffer.from(
      `From: Acme <${support}>\r\nTo: ana@far.example\r\nSubject: Re: Question\r\nIn-Reply-To: <question@far.example>\r\n\r\nAnswer\r\n`,
    ),
    labels: ['SENT'],
    threadId,
  });
  await fixture.sync();
  const answer = only(await messages('Re: Question'));
  expect(answer).toMatchObject({ direction: 'outbound', origin: 'gmail' });
  expect(answer.conversationId).toBe(only(await conversations('Question')).id);
});

test.each(['500', '503', 'connection-reset', 'rate-limit', 'userRateLimitExceeded'] as const)(
  'a temporary %s does not disconnect and loses nothing',
  async (kind) => {
    fixture.arrive({ Subject: `Through ${kind}` });
    await control.fault('messages.get', kind);
    await fixture.sync();
    expect(await mailbox()).toMatchObject({ disconnectedAt: null, syncFailures: 1 });
    // Another sync at once waits, as Google asks.
    await fixture.sync();
    expect(await messages(`Through ${kind}`)).toEqual([]);
    await waitOver();
    await expect
      .poll(
        async () => {
          await waitOver();
          await fixture.sync();
          return (await messages(`Through ${kind}`)).length;
        },
        { timeout: 20_000, interval: 300 },
      )
      .toBe(1);
    expect((await mailbox()).syncFailures).toBe(0);
  },
);

test('a sync that stored something resets the failure count', async () => {
  const parser = openParser();
  /** The first three fetches of a sync succeed, then Google fails. */
  const gmail: GmailAccess = (of, options) => {
    const real = fixture.needs.gmail(of, options);
    let fetches = 0;
    return {
      async request(what, work) {
        if (what.units === units.messagesGet) fetches += 1;
        if (fetches <= 3) return real.request(what, work);
        return { kind: 'retry', after: null, cause: 'google-busy', uncertain: true };
      },
    };
  };
  const look = async () => {
    const { database, locks } = fixture.needs;
    const { instanceId, mailboxId } = fixture;
    const never = new AbortController().signal;
    await syncMailbox({ database, locks, gmail, parser }, { instanceId, mailboxId }, never);
    return (await mailbox()).syncFailures;
  };
  await fixture.sync();
  await fixture.read((tx) => tx.sql.updateTable('mailbox').set({ syncFailures: 5 }).execute());
  for (let count = 1; count <= 5; count += 1) fixture.arrive({ Subject: `Bit by bit ${count}` });
  expect(await look()).toBe(1);
  only(await messages('Bit by bit 3'));
  expect(await messages('Bit by bit 4')).toEqual([]);
  await waitOver();
  expect(await look()).toBe(0);
  for (let count = 1; count <= 5; count += 1) only(await messages(`Bit by bit ${count}`));
  await parser.close();
});

test('NUL, broken UTF-8 and missing headers are stored', async () => {
  fixture.arrive({ Subject: 'Odd' }, 'zero \0 byte, \xff\xfe and half a pair \ud83d');
  await fixture.sync();
  const odd = only(await messages('Odd'));
  expect(odd.bodyText).toContain('zero');
  expect(odd.bodyText).not.toContain('\0');
  const before = (await fixture.read((tx) => tx.sql.selectFrom('message').select('id').execute())).length;
  addMessage(fixture.google.simulator, support, {
    raw: Buffer.from([0, 255, 254, 10, 13, 0]),
    labels: ['INBOX'],
  });
  await fixture.sync();
  const after = await fixture.read((tx) =>
    tx.sql.selectFrom('message').select(['id', 'unreadable']).execute(),
  );
  expect(after.length).toBe(before + 1);
});

test('a message of 30 MB is stored completely', async () => {
  const bytes = Buffer.alloc(22 * 1024 * 1024, 'postroom');
  const body = [
    '--b',
    'Content-Type: text/plain',
    '',
    'See attached',
    '--b',
    'Content-Type: application/zip; name=big.zip',
    'Content-Disposition: attachment; filename=big.zip',
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--b--',
  ].join('\r\n');
  fixture.arrive({ Subject: 'Big', 'Content-Type': 'multipart/mixed; boundary=b' }, body);
  await fixture.sync();
  const big = only(await messages('Big'));
  expect(big).toMatchObject({ unreadable: null, snippet: 'See attached' });
  const attachment = await fixture.read((tx) =>
    tx.sql
      .selectFrom('attachment')
      .innerJoin('blob', 'blob.sha256', 'attachment.sha256')
      .where('messageId', '=', big.id)
      .select(['filename', 'size', 'bytes'])
      .executeTakeFirstOrThrow(),
  );
  expect(attachment).toMatchObject({ filename: 'big.zip', size: bytes.length });
  expect(attachment.bytes.equals(bytes)).toBe(true);
}, 60_000);

test('every delivery of the simulator’s ledger is stored once', async () => {
  const delivered = fixture
    .ledger()
    .filter(({ kind, account }) => kind === 'delivered' && account === support);
  const stored = await fixture.read((tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', fixture.mailboxId)
      .where('messageId', 'is not', null)
      .select('gmailId')
      .execute(),
  );
  const ids = new Set(stored.map(({ gmailId }) => gmailId));
  expect(delivered.filter(({ gmailId }) => !ids.has(gmailId!))).toEqual([]);
  expect(ids.size).toBe(stored.length);
});

// Last: it ends the mailbox's access.
test('ended access disconnects once; reconnecting restores it', async () => {
  fixture.google.removeEveryAccess();
  fixture.arrive({ Subject: 'While away' });
  await fixture.sync();
  await fixture.sync();
  expect((await mailbox()).disconnectedCode).toBe('access-revoked');
  const events = await fixture.read((tx) =>
    tx.sql.selectFrom('event').where('type', '=', 'mailbox.changed').select('data').execute(),
  );
  const before = events.filter(({ data }) => data.mailboxId === fixture.mailboxId).length;
  await fixture.sync();
  const again = await fixture.read((tx) =>
    tx.sql.selectFrom('event').where('type', '=', 'mailbox.changed').select('data').execute(),
  );
  expect(again.filter(({ data }) => data.mailboxId === fixture.mailboxId).length).toBe(before);
  expect(await fixture.connect(fixture.admin, support)).toBe(fixture.mailboxId);
  await fixture.sync();
  only(await messages('While away'));
});

test('a full disk is shown as the reason, and nothing is lost by it', async () => {
  const { pool } = fixture.needs.deployment;
  await pool.query(`
    create function disk_full() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
    create trigger disk_full before insert on message execute function disk_full()`);
  fixture.arrive({ Subject: 'Full', 'Message-ID': '<full@far.example>' });
  await expect(fixture.sync()).rejects.toThrow('could not extend file');
  expect((await mailbox()).failingProblem).toMatchObject({ code: 'disk-full' });
  await pool.query('drop trigger disk_full on message; drop function disk_full');
  await fixture.sync();
  expect(await messages('Full')).toHaveLength(1);
  expect((await mailbox()).failingProblem).toBeNull();
});
