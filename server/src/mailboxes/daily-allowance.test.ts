import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConversations } from '../conversations/create-conversations.ts';
import { createConnectionFixture } from '../testing/connection-fixture.ts';
import { allowanceOf } from './daily-allowance.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let instanceId: string;
let mailboxId: string;
let conversationId: string;
const now = new Date('2026-05-04T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

beforeAll(async () => {
  fixture = await createConnectionFixture();
  const admin = await fixture.admin();
  ({ instanceId } = admin);
  mailboxId = await fixture.connect(admin, 'support@acme.example');
  conversationId = uuid();
  await inAcme(async (tx) => {
    const customerId = uuid();
    await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana' }).execute();
    await createConversations(tx, [
      { id: conversationId, customerId, mailboxId, subject: 'x', lastMessageAt: now },
    ]);
    await tx.sql
      .insertInto('ownAddress')
      .values({ instanceId, address: 'team@partner.example', kind: 'named' })
      .execute();
  });
});
afterAll(() => fixture?.close());

const inAcme = <T>(work: Parameters<typeof fixture.needs.database.inInstance<T>>[1]) =>
  fixture.needs.database.inInstance(instanceId, work);
const people = (addresses: string[]) => addresses.map((address) => ({ name: '', address }));
const many = (count: number, domain = 'far.example') =>
  Array.from({ length: count }, (_, index) => `c${index}@${domain}`);

/** Stores a message that was sent so many hours ago; `state`: of its delivery, null if it was sent in Gmail. */
async function sent(
  to: string[],
  more: { cc?: string[]; bcc?: string[]; hours?: number; state?: 'sent' | 'queued' | 'failed' } = {},
) {
  const { cc = [], bcc = [], hours = 1, state } = more;
  const id = uuid();
  await inAcme(async (tx) => {
    await tx.sql
      .insertInto('message')
      .values({
        ...{ instanceId, id, conversationId, mailboxId, direction: 'outbound', origin: 'postroom' },
        ...{ fromName: '', fromAddress: 'support@acme.example', subject: '', bodyText: '', snippet: '' },
        recipients: JSON.stringify({
          to: people(to),
          cc: people(cc),
          bcc: people(bcc),
          replyTo: people(['r@far.example']),
        }),
        sentAt: hoursAgo(hours),
      })
      .execute();
    if (state) {
      await tx.sql
        .insertInto('delivery')
        .values({ instanceId, messageId: id, mailboxId, state, sendAfter: hoursAgo(hours) })
        .execute();
    }
  });
}
const allowance = () => inAcme((tx) => allowanceOf(tx, mailboxId, now));
const forget = () => inAcme((tx) => tx.sql.deleteFrom('message').execute());

test('recipients count in To, Cc and Bcc, outside ones also apart, over the last 24 hours', async () => {
  await sent(['ana@far.example', 'kim@acme.example'], {
    cc: ['team@partner.example'],
    bcc: ['jo@else.example'],
  });
  await sent(['ana@far.example'], { state: 'sent', hours: 23.9 });
  await sent(['ana@far.example'], { state: 'queued' });
  await sent(many(10), { state: 'failed' });
  await sent(many(10), { hours: 24.1 });
  expect(await allowance()).toEqual({
    limit: 2_000,
    sent: 3,
    recipients: { limit: 10_000, used: 6 },
    outside: { limit: 3_000, used: 4 },
    forBulk: 1_797,
  });
  await forget();
});

test.each([
  ['messages to many outside', () => Array.from({ length: 5 }, () => sent(many(500))), 2_700 - 2_500],
  ['different people outside', () => [sent(many(400)), sent(many(500, 'else.example'))], 1_800 - 900],
  ['colleagues', () => Array.from({ length: 4 }, () => sent(many(500, 'acme.example'))), 1_800 - 4],
  ['all recipients', () => Array.from({ length: 17 }, () => sent(many(500, 'acme.example'))), 500],
  ['more than the limit', () => Array.from({ length: 7 }, () => sent(many(500))), 0],
])('what is left for a bulk message is the least of the limits: %s', async (_, send, expected) => {
  await Promise.all(send());
  expect((await allowance()).forBulk).toBe(expected);
  await forget();
});
