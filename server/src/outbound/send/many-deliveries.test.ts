import { sql } from 'kysely';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConversations } from '../../conversations/create-conversations.ts';
import { recordAccepted } from '../../conversations/record-sent.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { planOnce, runTogether } from '../../database/prepared-statements.ts';
import { createConnectionFixture } from '../../testing/connection-fixture.ts';
import { sendDataQueries } from '../render/send-data-queries.ts';
import { pendingDeliveries } from './claim.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let admin: Awaited<ReturnType<typeof fixture.admin>>;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createConnectionFixture();
  admin = await fixture.admin();
  mailboxId = await fixture.connect(admin, 'support@acme.example');
});
afterAll(() => fixture?.close());

const inAcme = <T>(work: (tx: InstanceTransaction) => Promise<T>) =>
  fixture.needs.database.inInstance(admin.instanceId, work);

/** A conversation of one question and of answers, sent or waiting. */
async function converse(answers: number, state: 'sent' | 'queued') {
  const [id, customerId] = [uuid(), uuid()];
  await inAcme(async (tx) => {
    const { instanceId } = tx;
    await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana' }).execute();
    const conversation = { id, customerId, mailboxId, assigneeId: null, subject: 'Question' };
    await createConversations(tx, [{ ...conversation, lastMessageAt: new Date() }]);
    await sql`insert into message (instance_id, id, conversation_id, mailbox_id, direction, origin, subject, sent_at,
        created_at)
      select ${instanceId}::uuid, gen_random_uuid(), ${id}::uuid, ${mailboxId}::uuid,
        case n when 0 then 'inbound' else 'outbound' end, case n when 0 then 'gmail' else 'postroom' end, 'Question',
        now() - interval '1 day' + n * interval '1 second', now() - interval '1 day' + n * interval '1 second'
      from generate_series(0, ${answers}) n`.execute(tx.sql);
    await sql`insert into gmail_message (instance_id, mailbox_id, gmail_id, gmail_thread_id, internal_date, message_id)
      select instance_id, mailbox_id, id, conversation_id, sent_at, id from message
      where conversation_id = ${id} and (direction = 'inbound' or ${state} = 'sent')`.execute(tx.sql);
    await sql`insert into delivery (instance_id, message_id, mailbox_id, state, gmail_id)
      select instance_id, id, mailbox_id, ${state}, case ${state} when 'sent' then id end from message
      where conversation_id = ${id} and direction = 'outbound'`.execute(tx.sql);
  });
  return id;
}

/** Claims a new message of a conversation and records it as sent. Returns how many rows Postgres read for that. */
async function rowsReadToSend(conversationId: string): Promise<number> {
  const messageId = uuid();
  await inAcme(async (tx) => {
    const { instanceId } = tx;
    const now = new Date();
    const message = { instanceId, id: messageId, conversationId, mailboxId, subject: 'Re: Question' };
    await tx.sql
      .insertInto('message')
      .values({ ...message, direction: 'outbound', origin: 'postroom', sentAt: now })
      .execute();
    await tx.sql
      .insertInto('delivery')
      .values({ instanceId, messageId, mailboxId, state: 'queued' })
      .execute();
  });
  // Else Postgres knows nothing of these tables, and uses whatever index begins with the instance.
  await fixture.needs.deployment.pool.query('vacuum analyze');
  return inAcme(async (tx) => {
    // Tables as small as in this test are read from their beginning.
    await sql`set local enable_seqscan = off`.execute(tx.sql);
    const before = await rowsRead(tx);
    const [, pending] = await runTogether(tx, [
      planOnce,
      pendingDeliveries.with({ conversationId }),
      ...sendDataQueries({ messageId, conversationId, mailboxId }, { withUnread: true }),
    ]);
    expect(pending.map((row) => row.messageId)).toEqual([messageId]);
    const from = { name: '', address: 'support@acme.example' };
    const thread = { gmailThreadId: conversationId, rfcMessageId: null, inReplyTo: null, references: [] };
    const copy = { mailboxId, gmailId: messageId, from, internalDate: new Date(), ...thread };
    expect(await recordAccepted(tx, [{ messageId, copy, recipients: [] }])).toEqual([{ othersWait: false }]);
    return (await rowsRead(tx)) - before;
  });
}

/** Of all tables, by this connection. */
async function rowsRead(tx: InstanceTransaction): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables
  `.execute(tx.sql);
  return rows[0]!.read;
}

test('a send reads no more where many others wait', async () => {
  for (let n = 0; n < 50; n += 1) await converse(3, 'sent');
  const conversationId = await converse(3, 'sent');
  const before = await rowsReadToSend(conversationId);
  for (let n = 0; n < 50; n += 1) await converse(10, 'queued');
  expect((await rowsReadToSend(conversationId)) - before).toBeLessThan(50);
});

test('a send counts no conversation again in which many were sent', async () => {
  const short = await rowsReadToSend(await converse(3, 'sent'));
  const long = await rowsReadToSend(await converse(500, 'sent'));
  // To find what it answers, each message is looked at once or twice.
  expect(long - short).toBeLessThan(4 * 500);
});
