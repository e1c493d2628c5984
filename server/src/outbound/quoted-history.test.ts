import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConversations } from '../conversations/create-conversations.ts';
import type { NameAndAddress } from '../database/column-types.ts';
import { createComposerFixture } from '../testing/composer-fixture.ts';
import { earlierEmails, mayBeQuotedTo } from './quoted-history.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
beforeAll(async () => {
  fixture = await createComposerFixture();
});
afterAll(() => fixture?.close());

const named = (...addresses: string[]): NameAndAddress[] =>
  addresses.map((address) => ({ name: '', address }));
const message = (
  from: string,
  { to = ['support@acme.example'], cc = [], bcc = [], replyTo = [] }: Sent = {},
) => ({
  fromAddress: from,
  writerAddress: from,
  recipients: { to: named(...to), cc: named(...cc), bcc: named(...bcc), replyTo: named(...replyTo) },
});
type Sent = Partial<Record<'to' | 'cc' | 'bcc' | 'replyTo', string[]>>;
const own = new Set(['support@acme.example', 'help@acme.example']);
const [ana, bo, cy] = ['ana@far.example', 'bo@far.example', 'cy@far.example'] as const;

test.each<[what: string, to: Sent, earlier: ReturnType<typeof message>, quoted: boolean]>([
  ['what the recipient wrote', { to: [ana] }, message(ana), true],
  ['what the recipient received in To', { to: [ana] }, message('support@acme.example', { to: [ana] }), true],
  ['what the recipient received in Cc', { to: [ana] }, message(bo, { cc: [ana] }), true],
  ['the same address in capitals', { to: ['Ana@Far.example'] }, message(ana), true],
  ['our own addresses do not count', { to: [ana], cc: ['help@acme.example'] }, message(ana), true],
  [
    'a form that names its writer in Reply-To',
    { to: [ana] },
    message('form@x.example', { replyTo: [ana] }),
    true,
  ],
  ['another person’s message', { to: [ana] }, message(bo), false],
  ['a message to a supplier', { to: [ana] }, message('support@acme.example', { to: [bo] }), false],
  ['a message received in Bcc', { to: [bo] }, message(ana, { bcc: [bo] }), false],
  ['one of two recipients did not receive it', { to: [ana], cc: [bo] }, message(ana), false],
  ['a Bcc recipient did not receive it', { to: [ana], bcc: [cy] }, message(ana), false],
  ['both received it', { to: [ana], cc: [bo] }, message(ana, { cc: [bo] }), true],
])('%s', (_what, { to = [], cc = [], bcc = [] }, earlier, quoted) => {
  const recipients = { to: named(...to), cc: named(...cc), bcc: named(...bcc) };
  expect(mayBeQuotedTo(recipients, earlier, own)).toBe(quoted);
});

test('generated conversations quote nobody what they neither wrote nor received', async () => {
  const { instanceId } = fixture.acme;
  const { mailboxId } = fixture;
  const people = [ana, bo, cy, 'di@near.example', 'support@acme.example'];
  const random = seededRandom(20_261_128);
  const some = () => people.filter(() => random() < 0.35);
  let quotedInAll = 0;
  for (let round = 0; round < 40; round += 1) {
    const [conversationId, customerId] = [uuid(), uuid()];
    const sentAt = new Date(Date.now() - 3_600_000);
    const messages = Array.from({ length: 6 }, (_, index) => ({
      id: uuid(),
      marker: `marker-${round}-${index}`,
      ...message(people[Math.floor(random() * people.length)]!, { to: some(), cc: some(), bcc: some() }),
    }));
    const recipients = { to: named(...some()), cc: named(...some()), bcc: named(...some()) };
    const { emails } = await fixture.inAcme(async (tx) => {
      await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana' }).execute();
      await createConversations(tx, [
        { id: conversationId, customerId, mailboxId, subject: 'X', lastMessageAt: sentAt },
      ]);
      await tx.sql
        .insertInto('message')
        .values(
          messages.map(({ id, marker, fromAddress, writerAddress, recipients: list }) => ({
            instanceId,
            id,
            conversationId,
            mailboxId,
            direction: fromAddress === 'support@acme.example' ? ('outbound' as const) : ('inbound' as const),
            origin: 'gmail' as const,
            fromName: '',
            fromAddress,
            writerAddress,
            recipients: JSON.stringify(list),
            subject: 'X',
            sentAt,
            bodyText: marker,
            snippet: marker,
          })),
        )
        .execute();
      return earlierEmails(tx, conversationId, { sentAt: new Date(), id: uuid(), recipients });
    });
    const outside = [...recipients.to, ...recipients.cc, ...recipients.bcc]
      .map(({ address }) => address)
      .filter((address) => address !== 'support@acme.example');
    const expected = messages.filter(({ fromAddress, recipients: { to, cc } }) =>
      outside.every((person) =>
        [fromAddress, ...[...to, ...cc].map(({ address }) => address)].includes(person),
      ),
    );
    expect(emails.map(({ text }) => text).sort()).toEqual(expected.map(({ marker }) => marker).sort());
    quotedInAll += emails.length;
  }
  // Some are quoted and some are not, so that the property is not met by quoting nothing.
  expect(quotedInAll).toBeGreaterThan(40);
  expect(quotedInAll).toBeLessThan(200);
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
