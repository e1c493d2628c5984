import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../../google-simulator/src/mail/messages.ts';
import { createConversations } from '../../conversations/create-conversations.ts';
import type { NameAndAddress, Quoting } from '../../database/column-types.ts';
import { createComposerFixture } from '../../testing/composer-fixture.ts';
import { isQuoted, unawareOf } from './quotable-messages.ts';
import { earlierEmails } from './quoted-history.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
beforeAll(async () => {
  fixture = await createComposerFixture();
});
afterAll(() => fixture?.close());

const named = (...addresses: string[]): NameAndAddress[] =>
  addresses.map((address) => ({ name: '', address }));
const message = (
  from: string,
  { to = ['support@acme.example'], cc = [], bcc = [], replyTo = [], writer = from, authors = [] }: Sent = {},
) => ({
  fromAddress: from,
  writerAddress: writer,
  sender: { otherAuthors: named(...authors) },
  recipients: { to: named(...to), cc: named(...cc), bcc: named(...bcc), replyTo: named(...replyTo) },
});
type Sent = Partial<Record<'to' | 'cc' | 'bcc' | 'replyTo' | 'authors', string[]>> & { writer?: string };
const own = new Set(['support@acme.example', 'help@acme.example']);
const [ana, bo, cy] = ['ana@far.example', 'bo@far.example', 'cy@far.example'] as const;

test.each<[what: string, to: Sent, earlier: ReturnType<typeof message>, quoted: boolean]>([
  ['what the recipient wrote', { to: [ana] }, message(ana), true],
  ['what the recipient received in To', { to: [ana] }, message('support@acme.example', { to: [ana] }), true],
  ['what the recipient received in Cc', { to: [ana] }, message(bo, { cc: [ana] }), true],
  ['the same address in capitals', { to: ['Ana@Far.example'] }, message(ana), true],
  ['our own addresses do not count', { to: [ana], cc: ['help@acme.example'] }, message(ana), true],
  [
    'a form that the recipient filled in',
    { to: [ana] },
    message('form@x.example', { replyTo: [ana], writer: ana }),
    true,
  ],
  ['a message with two authors', { to: [ana, bo] }, message(ana, { authors: [bo] }), true],
  ['another person’s message with their Reply-To', { to: [ana] }, message(bo, { replyTo: [ana] }), false],
  ['another person’s message', { to: [ana] }, message(bo), false],
  ['a message to a supplier', { to: [ana] }, message('support@acme.example', { to: [bo] }), false],
  ['a message received in Bcc', { to: [bo] }, message(ana, { bcc: [bo] }), false],
  ['one of two recipients did not receive it', { to: [ana], cc: [bo] }, message(ana), false],
  ['a Bcc recipient did not receive it', { to: [ana], bcc: [cy] }, message(ana), false],
  ['both received it', { to: [ana], cc: [bo] }, message(ana, { cc: [bo] }), true],
])('%s', (_what, { to = [], cc = [], bcc = [] }, earlier, quoted) => {
  const recipients = { to: named(...to), cc: named(...cc), bcc: named(...bcc) };
  expect(unawareOf(recipients, earlier, own).length === 0).toBe(quoted);
});

test.each<[what: string, unaware: string[], choices: Partial<Quoting>, quoted: boolean]>([
  ['known to all', [], {}, true],
  ['known to all, and left out', [], { omitted: ['m'] }, false],
  ['unknown to one', [bo], {}, false],
  ['added for that one', [bo], { added: [{ messageId: 'm', readers: [bo] }] }, true],
  ['another one added', [bo], { added: [{ messageId: 'n', readers: [bo] }] }, false],
  ['a recipient came after it was added', [bo, cy], { added: [{ messageId: 'm', readers: [bo] }] }, false],
  ['added, and then left out', [bo], { omitted: ['m'], added: [{ messageId: 'm', readers: [bo] }] }, false],
])('chosen: %s', (_what, unaware, choices, quoted) => {
  const one = { id: 'm', name: '', address: ana, sentAt: new Date(), snippet: '', unaware };
  expect(isQuoted(one, { omitted: [], added: [], ...choices })).toBe(quoted);
});

test('what the author of a draft decided is shown, kept by undo, and sent', async () => {
  const { instanceId } = fixture.acme;
  const { mailboxId, agent } = fixture;
  await agent.call('PATCH', '/writing-settings', { undoSeconds: 30 });
  await fixture.inAcme((tx) => tx.sql.updateTable('mailbox').set({ threading: 'history' }).execute());
  const { conversationId, messageId: anas } = await fixture.conversation();
  const bos = uuid();
  await fixture.inAcme((tx) =>
    tx.sql
      .insertInto('message')
      .values({
        instanceId,
        id: bos,
        conversationId,
        mailboxId,
        direction: 'inbound',
        origin: 'gmail',
        ...message(bo),
        sender: null,
        fromName: 'Bo',
        recipients: JSON.stringify(message(bo).recipients),
        subject: 'X',
        sentAt: new Date(),
        bodyText: 'Words of Bo',
        snippet: 'Words of Bo',
      })
      .execute(),
  );
  const quotable = async (to: string[]) => {
    const path = `/conversations/${conversationId}/quotable-messages`;
    return (await agent.call('POST', path, { mailboxId, to, cc: [], bcc: [] })).body;
  };
  const anaSilva = 'ana.silva@mail.example';
  expect(await quotable([`Ana <${anaSilva}>`, 'half an addr'])).toMatchObject({
    quotes: true,
    messages: [
      { id: bos, name: 'Bo', address: bo, snippet: 'Words of Bo', unaware: [anaSilva] },
      { id: anas, unaware: [] },
    ],
  });
  const quoting = { omitted: [anas], added: [{ messageId: bos, readers: [anaSilva] }] };
  const draftId = uuid();
  const saved = await fixture.save(draftId, { conversationId, quoting } as never);
  expect(saved.body.draft.quoting).toEqual(quoting);
  expect((await agent.call('POST', `/drafts/${draftId}/send`, { version: 1 })).status).toBe(201);
  const undone = await agent.call('POST', `/messages/${draftId}/draft`);
  expect(undone.body.draft.quoting).toEqual(quoting);
  await agent.call('PATCH', '/writing-settings', { undoSeconds: 0 });
  const { id } = undone.body.draft;
  await agent.call('POST', `/drafts/${id}/send`, { version: 1 });
  await fixture.deliver(id);
  const { simulator } = fixture.google;
  const [sent] = messagesWith(simulator, 'support@acme.example', { label: 'SENT', limit: 1 });
  const raw = rawOf(simulator, 'support@acme.example', sent!.id).toString();
  expect(raw).toContain('Words of Bo');
  expect(raw).not.toContain('It has not come');
  await fixture.inAcme((tx) => tx.sql.updateTable('mailbox').set({ threading: 'single' }).execute());
  expect(await quotable([anaSilva])).toEqual({ quotes: false, messages: [] });
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
      const reader = { language: null, utcOffset: null };
      return earlierEmails(tx, conversationId, { sentAt: new Date(), id: uuid(), recipients }, reader);
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
