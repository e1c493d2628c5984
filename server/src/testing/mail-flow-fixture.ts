import { expect } from 'vitest';
import { deliver as deliverMail } from '../../../google-simulator/src/mail/deliver.ts';
import { readLedger } from '../../../google-simulator/src/mail/ledger.ts';
import { quota } from '../../../google-simulator/src/quota.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { openParser } from '../inbound/parse/parser.ts';
import { syncMailbox } from '../inbound/sync/sync-mailbox.ts';
import { readBack } from '../outbound/send/confirm-sent.ts';
import { deliver } from '../outbound/send/deliver.ts';
import { createSentBeforeStart } from '../outbound/send/sent-before-start.ts';
import { sharedBySends } from '../outbound/send/shared-by-sends.ts';
import { openRenderer } from '../templates/renderer.ts';
import { createConnectionFixture } from './connection-fixture.ts';

/** Of all fixtures of a process, to its end: its threads take longer to start than most tests take. */
const parser = openParser();

/** An instance with support@acme.example connected, whose receiving and sending are run step by step. */
export async function createMailFlowFixture({ memory }: { memory?: ByteBudget } = {}) {
  const fixture = await createConnectionFixture();
  const { database, locks, gmail, url } = fixture.needs;
  const admin = await fixture.admin();
  const { instanceId } = admin;
  const mailboxId = await fixture.connect(admin, 'support@acme.example');
  // A fast machine sends more in a minute than Gmail's units allow; quotas have tests of their own.
  quota(fixture.google.simulator).setPerMinute(null);
  const renderer = openRenderer();
  const shared = sharedBySends(database, memory);
  const longAgo = { processStartedAt: new Date(0), postgresStartedAt: new Date(0) };
  // Nothing was written before this process started, unless `restart` says so.
  let sentBeforeStart = createSentBeforeStart(database, longAgo);
  const neverAborted = new AbortController().signal;
  const jobs: Array<{ name: string; startAfter: Date | undefined }> = [];
  return {
    ...fixture,
    admin,
    instanceId,
    mailboxId,
    jobs,
    read: <T>(work: Parameters<typeof database.inInstance<T>>[1]) => database.inInstance(instanceId, work),
    sync: (of = mailboxId) =>
      syncMailbox({ database, locks, gmail, parser }, { instanceId, mailboxId: of }, neverAborted),
    deliver: (messageId: string, options: { signal?: AbortSignal; onWait?: () => void } = {}) =>
      deliver(
        { database, locks, gmail, renderer, sentBeforeStart, url, enqueue: recordJob, ...shared },
        { instanceId, messageId, mailboxId },
        { signal: neverAborted, ...options },
      ),
    /** Reads back the Message-ID that Gmail gave a message that is sent, as where something depends on it. */
    async readBack(messageId: string): Promise<string> {
      const { mailboxId, gmailId } = await database.inInstance(instanceId, (tx) =>
        tx.sql
          .selectFrom('delivery')
          .where('messageId', '=', messageId)
          .select(['mailboxId', 'gmailId'])
          .executeTakeFirstOrThrow(),
      );
      const sent = { instanceId, mailboxId, messageId, gmailId: gmailId! };
      await readBack({ database }, gmail(sent, { priority: 'send' }), sent);
      const { rfcMessageId } = await database.inInstance(instanceId, (tx) =>
        tx.sql
          .selectFrom('message')
          .where('id', '=', messageId)
          .select('rfcMessageId')
          .executeTakeFirstOrThrow(),
      );
      return rfcMessageId!;
    },
    enqueue: recordJob,
    /** As if all was written a minute ago and a process started now; Postgres did so many milliseconds ago. */
    async restart(postgresAgo = 10_000) {
      await fixture.needs.deployment.pool.query(
        `update delivery set created_at = created_at - interval '1 minute';
         update bulk_message set created_at = created_at - interval '1 minute'`,
      );
      const postgresStartedAt = new Date(Date.now() - postgresAgo);
      sentBeforeStart = createSentBeforeStart(database, { processStartedAt: new Date(), postgresStartedAt });
    },
    /** A message arrives at Google from outside. */
    arrive(fields: Record<string, string>, body = 'Hello', to = ['support@acme.example']) {
      const all = { From: 'Ana Silva <ana@far.example>', To: to.join(', '), ...fields };
      const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      const raw = Buffer.from(`${head.join('')}\r\n${body}\r\n`);
      deliverMail(fixture.google.simulator, { sender: 'ana@far.example', recipients: to, raw });
    },
    ledger: () => readLedger(fixture.google.simulator),
    async close() {
      await renderer.close();
      await fixture.close();
    },
  };

  async function recordJob(_tx: unknown, name: string, _data: unknown, options: { startAfter?: Date } = {}) {
    jobs.push({ name, startAfter: options.startAfter });
  }
}

/** The only element of a list. */
export function only<T>(list: T[]): T {
  expect(list.length).toBe(1);
  return list[0]!;
}
