import { sql } from 'kysely';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConversations } from '../../conversations/create-conversations.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { planOnce, runTogether } from '../../database/prepared-statements.ts';
import { createConnectionFixture } from '../../testing/connection-fixture.ts';
import { messages } from './context-rows.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
beforeAll(async () => {
  fixture = await createConnectionFixture();
});
afterAll(() => fixture?.close());

test('cited messages are found by their keys where few are stored', async () => {
  const { needs } = fixture;
  const admin = await fixture.admin();
  const mailboxId = await fixture.connect(admin, 'support@acme.example');
  const { instanceId } = admin;
  const [conversationId, customerId] = [uuid(), uuid()];
  const inAcme = <T>(work: (tx: InstanceTransaction) => Promise<T>) =>
    needs.database.inInstance(instanceId, work);
  await inAcme(async (tx) => {
    await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana' }).execute();
    const conversation = { id: conversationId, customerId, mailboxId, assigneeId: null, subject: 'Question' };
    await createConversations(tx, [{ ...conversation, lastMessageAt: new Date() }]);
    await sql`insert into message (instance_id, id, conversation_id, mailbox_id, direction, origin, subject, sent_at,
        rfc_message_id)
      select ${instanceId}::uuid, gen_random_uuid(), ${conversationId}::uuid, ${mailboxId}::uuid, 'inbound', 'gmail',
        'Question', now(), n || '@far.example'
      from generate_series(1, 100) n`.execute(tx.sql);
    await sql`insert into gmail_message (instance_id, mailbox_id, gmail_id, gmail_thread_id, internal_date, message_id)
      select instance_id, mailbox_id, id, id, sent_at, id from message where rfc_message_id <> '2@far.example'`.execute(
      tx.sql,
    );
  });
  await needs.deployment.pool.query('vacuum analyze');
  await inAcme(async (tx) => {
    const cited = ['1@far.example', '2@far.example'];
    const asked = { mailboxId, ownIds: [], rfcIds: cited, ids: [], answeredThreads: [] };
    const before = await rowsRead(tx);
    const [, found] = await runTogether(tx, [planOnce, messages.with(asked)]);
    expect(found.map(({ rfcMessageId, inThisMailbox }) => [rfcMessageId, inThisMailbox])).toEqual(
      expect.arrayContaining([
        ['1@far.example', true],
        ['2@far.example', false],
      ]),
    );
    expect(found).toHaveLength(2);
    expect((await rowsRead(tx)) - before).toBeLessThan(20);
  });
});

/** The rows that this transaction has read so far. */
async function rowsRead(tx: InstanceTransaction): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read
    from pg_stat_xact_user_tables where relname in ('message', 'gmail_message')`.execute(tx.sql);
  return rows[0]!.read;
}
